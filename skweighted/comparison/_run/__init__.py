"""The folds of a comparison: each strategy is trained on the training rows and predicts the test rows.

`_folds` makes the jobs and takes the outcomes in; `_parts` cuts a strategy that tunes its threshold into several;
`_predictor` predicts, `_collector` scores and keeps.
"""

from skweighted.comparison._run._collector import Collector, first_line
from skweighted.comparison._run._folds import run_folds
from skweighted.comparison._run._predictor import Predictor

__all__ = ["Collector", "Predictor", "first_line", "run_folds"]
