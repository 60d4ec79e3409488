"""What a comparison leaves on disk, without pickle: arrays and JSON, in files of NumPy's ``.npz``.

`_archive` writes and reads one file; `_results` says what of a fold's result stands in it;
`_questions` digests all that decides a result: data, rows, model, versions and a user's own code;
`_cache` is a folder of results by their question, from which a run that was killed continues;
`_comparisons` is a whole comparison in one file, for :meth:`Comparison.save`.
"""

from skweighted.comparison.store._cache import Cache, KeptFile
from skweighted.comparison.store._comparisons import read_comparison, write_comparison

__all__ = ["Cache", "KeptFile", "read_comparison", "write_comparison"]
