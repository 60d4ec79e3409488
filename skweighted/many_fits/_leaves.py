"""The classifiers inside pipelines and meta-estimators, each fitted once for equal settings on equal rows."""

import copy
import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from skweighted._base.errors import did_you_mean
from skweighted._base.types import Classifier
from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.engines.plan import TrainingPlan
from skweighted.fitting import FitPlan, FitRequest, check_rows, plan_networks, read_parameters, uses_keras
from skweighted.many_fits._jobs import Job, Outcome, settings_key, without_locals
from skweighted.many_fits._records import Record
from skweighted.meta import Observation, ProbabilityClassifier

__all__ = ["Leaf", "can_be_stacked", "find_leaves", "watches_rows"]

Finish = Callable[[Classifier], Any]  # from the fitted classifier to the fitted model around it

_OF_THE_DATA = ("n_features_in_", "feature_names_in_")  # what the check of the rows sets on a classifier


@dataclass(eq=False)
class User:
    """A job that waits for the fit of a classifier: what its model is once that is fitted."""

    index: int
    job: Job
    finish: Finish
    records: list[Record]


@dataclass(eq=False)
class Leaf:
    """A classifier that is to be fitted on the rows of a record, for one job or several.

    Parameters
    ----------
    classifier : classifier
        Unfitted, then fitted.
    record : Record
    users : list of User
    seconds : float
    fit_plan : FitPlan or None
        Of a classifier that the compiled engine trains, while it waits.
    """

    classifier: Classifier
    record: Record
    users: list[User] = field(default_factory=list)
    seconds: float = 0.0
    fit_plan: FitPlan | None = None

    @property
    def plans(self) -> list[TrainingPlan]:
        """The networks that wait to be trained."""
        return [] if self.fit_plan is None else self.fit_plan.networks

    def outcomes(self, error: Exception | None = None) -> Iterator[Outcome]:
        """Yield the outcome of each job, now that the classifier is fitted or has failed."""
        for user in self.users:
            outcome = Outcome(user.index, user.job.model, error, self.seconds)
            outcome.seconds += sum(record.seconds / record.n_users for record in user.records)
            if error is None:
                start = time.perf_counter()
                try:
                    # A copy, because what is around a classifier may set parameters of it.
                    classifier = self.classifier if len(self.users) == 1 else copy.copy(self.classifier)
                    outcome.model = user.finish(classifier)
                except Exception as failure:  # costs that do not fit the classes, for one
                    outcome.error = without_locals(failure)
                outcome.seconds += time.perf_counter() - start
            yield outcome

    def fit(self) -> Exception | None:
        """Fit the classifier on its own; return why it could not be fitted."""
        start, error = time.perf_counter(), None
        try:
            self.classifier.fit(self.record.X, self.record.y, **_arguments(self.classifier, self.record))
        except Exception as raised:  # a model that cannot be fitted must not lose the others
            error = without_locals(raised)
        self.seconds += time.perf_counter() - start
        return error

    def plan(self) -> Exception | None:
        """Plan the networks of the classifier; return why that is impossible."""
        start, error = time.perf_counter(), None
        try:
            self.fit_plan = _plan(self.classifier, self.record)
        except Exception as raised:
            error = without_locals(raised)
        self.seconds += time.perf_counter() - start
        return error


def can_be_stacked(model: Any) -> bool:
    """Return whether `model` is or contains the classifier itself, in the compiled engine and without a warm start."""
    model = _innermost(model)
    # A subclass may train in its own way.
    return type(model) is CostSensitiveMLPClassifier and not uses_keras(model) and not model.warm_start


def watches_rows(model: Any) -> bool:
    """Return whether `model` is or contains a classifier that stops early by rows that its ``fit`` is given."""
    return _watches(_innermost(model))


def _innermost(model: Any) -> Any:
    while isinstance(model, Pipeline) or _is_wrapper(model):
        model = model.steps[-1][1] if isinstance(model, Pipeline) else model.estimator
    return model


def _is_wrapper(model: Any) -> bool:
    """Tell whether `model` is one of our meta-estimators, whose fit ends in `finish_fit`."""
    return isinstance(model, ProbabilityClassifier) and type(model).fit is ProbabilityClassifier.fit


def find_leaves(jobs: Sequence[tuple[int, Job]], root: Callable[[Job], Record]) -> tuple[list[Leaf], list[Outcome]]:
    """Fit what is before the classifiers of the jobs of one fold.

    Parameters
    ----------
    jobs : sequence of pairs of index and Job
    root : callable
        Maps a job to the record of its rows.

    Returns
    -------
    leaves : list of Leaf
    failed : list of Outcome
        Of jobs whose steps before the classifier could not be fitted.
    """
    leaves: dict[Any, Leaf] = {}
    failed: list[Outcome] = []
    for index, job in jobs:
        start = time.perf_counter()
        try:
            reached = _reach(job.model, root(job))
        except Exception as error:  # whatever a user's step raises belongs to this job
            failed.append(Outcome(index, job.model, without_locals(error), time.perf_counter() - start))
            continue
        classifier, record = reached.classifier, reached.records[-1]
        key = id(record), type(classifier), index if _lacks_seed(classifier) else settings_key(classifier)
        leaf = leaves.setdefault(key, Leaf(classifier, record))
        leaf.users.append(User(index, job, reached.finish, reached.records))
    for leaf in leaves.values():
        for user in leaf.users:
            for record in user.records:
                record.n_users += 1
    return list(leaves.values()), failed


def _lacks_seed(classifier: Classifier) -> bool:
    """Tell whether two fits are two draws: something in the classifier, or itself, has no seed."""
    params = classifier.get_params(deep=True)
    return any(name.rpartition("__")[2] == "random_state" and value is None for name, value in params.items())


@dataclass(eq=False)
class _Reached:
    """The classifier inside a model, the records on the way to it, and the way back.

    `observed` is the record that reaches the last step of the model, if that is a pipeline, or the model itself.
    """

    classifier: Classifier
    records: list[Record]
    finish: Finish
    observed: Record


def _reach(model: Any, record: Record) -> _Reached:
    if isinstance(model, Pipeline) and hasattr(model.steps[-1][1], "fit"):
        return _reach_last_step(model, record)
    if _is_wrapper(model):
        return _reach_inside(model, record)
    return _Reached(model, [record], lambda classifier: classifier, record)


def _reach_last_step(pipeline: Any, record: Record) -> _Reached:
    steps, records = record.through(pipeline)
    name, last = pipeline.steps[-1]
    inside = _reach(last, records[-1])

    def finish(classifier: Classifier) -> Any:
        fitted = copy.copy(pipeline)
        fitted.steps = [*steps, (name, inside.finish(classifier))]
        return fitted

    return _Reached(inside.classifier, [record, *records[:-1], *inside.records], finish, inside.observed)


def _reach_inside(wrapper: ProbabilityClassifier, record: Record) -> _Reached:
    estimator, params = wrapper.begin_fit(dict(record.params))
    inside = _reach(estimator, record.with_params(params))

    def finish(classifier: Classifier) -> Any:
        observation = Observation(inside.observed.y, dict(inside.observed.params))
        return wrapper.finish_fit(inside.finish(classifier), record.y, params, observation)

    return _Reached(inside.classifier, inside.records, finish, record)


def _arguments(classifier: Classifier, record: Record) -> dict[str, Any]:
    """Return the keyword arguments of the classifier's ``fit``."""
    if record.validation is None or not _watches(classifier):
        return dict(record.params)
    X, y, weight = record.validation
    validation = {"X_val": X, "y_val": y}
    if weight is not None and has_fit_parameter(classifier, "sample_weight_val"):
        validation["sample_weight_val"] = weight
    return validation | dict(record.params)


def _check_names(classifier: Classifier, arguments: dict[str, Any], owner: str) -> None:
    """Raise for an argument that the classifier's ``fit`` does not have."""
    known = [name for name in inspect.signature(classifier.fit).parameters if name not in ("X", "y")]
    for name in arguments:
        if name not in known:
            raise TypeError(
                f"The fit of {owner} has no argument {name!r}. {did_you_mean(name, known)} "
                f"Known are {', '.join(known)}."
            )


def _watches(classifier: Classifier) -> bool:
    """Tell whether the classifier stops early by rows that it is given."""
    return bool(getattr(classifier, "early_stopping", False)) and has_fit_parameter(classifier, "X_val")


def _plan(classifier: Any, record: Record) -> FitPlan:
    """Return the plans of a classifier's networks, on rows that classifiers before it have checked if there are any."""
    parameters = read_parameters(classifier)
    arguments = _arguments(classifier, record)
    _check_names(classifier, arguments, parameters.owner)
    key = (
        parameters.dtype,
        parameters.corrected,
        parameters.normalize_weights,
        bool(classifier.early_stopping),
    )  # what the check reads
    if key in record.checked:
        rows, first = record.checked[key]
        vars(classifier).update({name: vars(first)[name] for name in _OF_THE_DATA if name in vars(first)})
    else:
        request = FitRequest(record.X, record.y, **arguments)
        rows = check_rows(classifier, parameters, request)
        record.checked[key] = rows, classifier
    return plan_networks(parameters, rows)
