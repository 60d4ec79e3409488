"""The ground floor, private: what every room above may use and that knows nothing of them.

`errors` (the words of errors, where warnings point), `checks` (arguments), `keywords` (arguments by name), `copies`
(what cannot be copied), `labels` (reading `y`), `pipelines` (their last step), `registry` (keys to classes),
`old_pickles` (parameters that they lack), `types` (names for what goes in and out), `public` (public paths of names),
`progress` (a bar), `tensorflow` (its import), `sklearn_private` (private names of scikit-learn that the searches need).
"""
