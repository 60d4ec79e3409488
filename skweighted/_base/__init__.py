"""The ground floor, private: what every room above may use and that knows nothing of them.

`registry` (keys to classes), `checks` (arguments), `public` (names and their public paths), `tensorflow` (its import),
`sklearn_private` (the private names of scikit-learn that the searches need).
"""
