"""The ground floor, private: what every room above may use and that knows nothing of them.

`errors` (the words of errors, where warnings point), `checks` (arguments), `labels` (reading `y`), `pipelines` (their
last step), `registry` (keys to classes), `old_pickles` (parameters that they lack), `keywords` (arguments by name),
`types` (names for what goes in and out), `public` (public paths of names), `tensorflow` (its import),
`sklearn_private` (private names of scikit-learn that the searches need).
"""
