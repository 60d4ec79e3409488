"""The folds of a comparison: each strategy is trained on its training rows and predicts its test rows."""

from contextlib import closing

from joblib import effective_n_jobs

from skweighted._base.tensorflow import import_in_background
from skweighted.comparison._predictions import FoldResult
from skweighted.comparison._problem import Problem, Split
from skweighted.comparison._run._collector import Collector
from skweighted.comparison._run._parts import Part, Task, make_job, make_result
from skweighted.comparison._run._predictor import Predictor
from skweighted.comparison.store import Cache
from skweighted.many_fits import Outcome, can_be_stacked, fit_many
from skweighted.strategies import Strategy

__all__ = ["Keeper", "run_folds"]


def run_folds(
    problem: Problem,
    chosen: dict[str, Strategy],
    splits: list[Split],
    n_jobs: int | None,
    collector: Collector,
    cache: Cache | None = None,
) -> bool:
    """Run every strategy on every split, but what the cache holds; return whether Ctrl-C ended it."""
    # fold by fold, so that what an interrupted run has finished can be compared
    tasks = [_make_task(problem, name, chosen[name], split, cache) for split in splits for name in chosen]
    try:
        tasks = _collect_kept(tasks, collector)
        if tasks and can_be_stacked(problem.classifier) and effective_n_jobs(n_jobs) == 1:
            import_in_background()
        parts = _cut(tasks, collector)
        jobs, labels = [part.job for _, _, part in parts], problem.labels[problem.codes]
        then = Predictor(problem, [part.split for _, _, part in parts])
        keep = None if cache is None else Keeper([task for task, _, _ in parts])
        with closing(fit_many(jobs, problem.X, labels, then=then, keep=keep, n_jobs=n_jobs)) as outcomes:
            for outcome in outcomes:
                task, number, _ = parts[outcome.index]
                result = task.take(number, outcome)
                if result is not None:
                    collector.add(result)
    except KeyboardInterrupt:
        if not collector.has_finished_fold:
            raise
        return True
    return False


def _make_task(problem: Problem, name: str, strategy: Strategy, split: Split, cache: Cache | None) -> Task:
    job = make_job(problem, strategy.build(problem.context(split)), split)
    return Task(problem, name, split, job, None if cache is None else cache.file(name, split, job))


def _collect_kept(tasks: list[Task], collector: Collector) -> list[Task]:
    """Collect the results that an earlier run kept, and return the tasks without."""
    new = []
    for task in tasks:
        result = None if task.file is None else task.file.read(task.strategy)
        if result is None:
            new.append(task)
        else:
            collector.add(result)
    return new


def _cut(tasks: list[Task], collector: Collector) -> list[tuple[Task, int, Part]]:
    """Return the parts of all tasks, numbered in each; a task that cannot be cut has failed."""
    parts = []
    for task in tasks:
        try:
            parts += [(task, number, part) for number, part in enumerate(task.cut())]
        except ValueError as error:  # too few groups for inner folds
            place = task.strategy, task.split.repeat, task.split.fold, task.split.test
            collector.add(FoldResult(*place, error=error))
    return parts


class Keeper:
    """Keeps each result where and when it is made, also in a worker; not those that are made of several parts.

    Parameters
    ----------
    tasks : list of Task
        Of each model, by its index.
    """

    def __init__(self, tasks: list[Task]) -> None:
        self.places = [(task.strategy, task.split, task.file if task.tuned is None else None) for task in tasks]

    def __call__(self, outcome: Outcome) -> None:
        """Write the result of a fit."""
        name, split, file = self.places[outcome.index]
        if file is not None:
            file.write(make_result(name, split, outcome).compact())
