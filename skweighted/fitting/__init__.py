"""What ``fit`` does, a file a step, in this order.

1. `_parameters`: the classifier's parameters, checked and frozen in `Parameters`; no later step asks it for any.
2. `_rows`: `FitRequest`, what the user passed, becomes `Rows`.
3. `_holdout`: which rows train, which are held out to watch.
4. `_weights`: what each class and row weighs.
5. `_monitor`: the score that early stopping watches.
6. `_plan`: one `TrainingPlan` a network, together a `FitPlan`.
7. `_fitted`: results become fitted attributes, and fitted attributes are read back.
8. `_resume`: the states that a continued fit starts from.

`_steps` conducts; `_progress` draws the bar. A search takes the same steps for many candidates on the same rows: it
calls `read_parameters`, `check_rows` and `plan_networks`, trains the plans of all in stacks, and calls
`set_fitted_attributes` for each.
"""

from skweighted._base.public import set_public_module
from skweighted.fitting._fitted import models_of, networks_of, set_fitted_attributes
from skweighted.fitting._parameters import AUTO_BATCH, Parameters, auto_epochs, read_parameters, uses_keras
from skweighted.fitting._plan import FitPlan
from skweighted.fitting._rows import FitRequest, Rows, check_rows
from skweighted.fitting._steps import plan_fit, plan_networks, plan_partial_fit, train

__all__ = [
    "AUTO_BATCH",
    "FitPlan",
    "FitRequest",
    "Parameters",
    "Rows",
    "auto_epochs",
    "check_rows",
    "models_of",
    "networks_of",
    "plan_fit",
    "plan_networks",
    "plan_partial_fit",
    "read_parameters",
    "set_fitted_attributes",
    "train",
    "uses_keras",
]

set_public_module(__name__, globals(), __all__)
