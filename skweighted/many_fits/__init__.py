"""Many fits at once: the search and the comparison give jobs, and get fitted models as they finish.

In the order in which data passes:

`_jobs` is what goes in and out: a `Job` (an unfitted model, its rows, parameters of its fit) and its `Outcome`;
`_records` are rows on their way through a pipeline: equal steps on equal rows are fitted once;
`_leaves` finds the classifier inside pipelines and meta-estimators, and fits equal ones on equal rows once;
`_training` trains compiled networks as stacks, and all other classifiers one by one;
`_run` conducts: fold by fold, as many folds at a time as memory allows, in this process or in joblib's workers.
"""

from skweighted._base.public import set_public_module
from skweighted.many_fits._jobs import Job, Outcome
from skweighted.many_fits._leaves import can_be_stacked, watches_rows
from skweighted.many_fits._run import fit_many

__all__ = ["Job", "Outcome", "can_be_stacked", "fit_many", "watches_rows"]

set_public_module(__name__, globals(), __all__)
