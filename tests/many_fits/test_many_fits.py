"""Many fits at once give what single fits give, and do nothing twice."""

import contextlib
import gc
import pickle
import time
import traceback
import weakref

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skweighted.engines import compiled
from skweighted.many_fits import Job, fit_many
from skweighted.many_fits._jobs import settings_key
from skweighted.many_fits._run import _chunks, _fit_in_worker
from skweighted.meta import MinimumExpectedCostClassifier, PriorCorrectedClassifier
from skweighted.strategies import PriorThresholdClassifier

FOLDS = np.arange(0, 200, 2), np.arange(1, 200, 2)


class CountingScaler(StandardScaler):
    """A scaler that counts its fits."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        """Count and fit."""
        type(self).n_fits += 1
        return super().fit(X, y, sample_weight)


@pytest.fixture(autouse=True)
def forget():
    """Count from zero."""
    CountingScaler.n_fits = 0


@pytest.fixture
def stack_sizes(monkeypatch):
    """Return the sizes of the stacks that are trained from now on."""
    sizes, real = [], compiled.train

    def noted(plans, **options):
        sizes.append(len(plans))
        return real(plans, **options)

    monkeypatch.setattr(compiled, "train", noted)
    return sizes


def in_pipeline(classifier, *steps):
    """Return a pipeline of a counting scaler, other steps and the classifier."""
    return Pipeline([("scale", CountingScaler()), *((type(s).__name__, s) for s in steps), ("clf", classifier)])


def fit_on_folds(models, X, y, **options):
    """Return the outcomes of each model on each fold, in that order."""
    jobs = [Job(clone(model), rows) for rows in FOLDS for model in models]
    return sorted(fit_many(jobs, X, y, **options), key=lambda outcome: outcome.index)


def assert_as_alone(models, X, y, **options):
    """Every model predicts what it does if fitted by itself."""
    outcomes = fit_on_folds(models, X, y, **options)
    for number, outcome in enumerate(outcomes):
        rows, model = FOLDS[number // len(models)], models[number % len(models)]
        assert outcome.error is None
        alone = clone(model).fit(X[rows], y[rows])
        np.testing.assert_allclose(outcome.model.predict_proba(X), alone.predict_proba(X), atol=1e-9)
        np.testing.assert_array_equal(outcome.model.predict(X), alone.predict(X))


def test_resampled_rows_of_different_number_train_in_one_stack(imbalanced, make_exact, stack_sizes):
    """Plain, oversampled and undersampled rows of two folds make six networks."""
    samplers = [[], [RandomOverSampler(random_state=0)], [RandomUnderSampler(random_state=0)]]
    models = [in_pipeline(make_exact(), *steps) for steps in samplers]
    fit_on_folds(models, *imbalanced)
    assert stack_sizes == [6]
    assert CountingScaler.n_fits == 2
    assert_as_alone(models, *imbalanced)


def test_what_surrounds_equal_classifiers_shares_their_fit(imbalanced, make_exact, stack_sizes):
    """A plain classifier, a moved threshold and least costs are one network a fold; corrected ones are another."""
    plain, corrected = make_exact(), make_exact(probabilities="corrected")
    models = [
        in_pipeline(plain),
        in_pipeline(PriorThresholdClassifier(plain)),
        in_pipeline(MinimumExpectedCostClassifier(plain, cost_matrix=[[0, 1], [5, 0]])),
        in_pipeline(PriorCorrectedClassifier(plain)),
        in_pipeline(corrected),
    ]
    fit_on_folds(models, *imbalanced)
    assert stack_sizes == [4]
    assert_as_alone(models, *imbalanced)


def test_a_repaired_pipeline_with_a_sampler_is_stacked(imbalanced, make_exact, stack_sizes):
    """The meta-estimator sees what reached the classifier behind the sampler."""
    inner = Pipeline([("under", RandomUnderSampler(random_state=0)), ("clf", make_exact())])
    models = [in_pipeline(PriorCorrectedClassifier(inner)), PriorCorrectedClassifier(inner)]
    fit_on_folds(models, *imbalanced)
    assert stack_sizes == [4]
    assert_as_alone(models, *imbalanced)


def test_other_classifiers_share_fits_too(imbalanced):
    """Of logistic regressions, equal ones on equal rows are fitted once."""
    seeded = LogisticRegression(random_state=0)
    models = [in_pipeline(seeded), in_pipeline(PriorThresholdClassifier(seeded)), in_pipeline(LogisticRegression(C=2))]
    first, second, third = fit_on_folds(models, *imbalanced)[:3]
    assert CountingScaler.n_fits == 2
    assert second.model[-1].estimator_.coef_ is first.model[-1].coef_
    assert not np.array_equal(first.model[-1].coef_, third.model[-1].coef_)
    assert_as_alone(models, *imbalanced)


def test_classifiers_without_a_seed_are_draws_apart(imbalanced, make_exact):
    """Equal settings are not equal fits where nothing fixes the draw."""
    first, second = fit_on_folds([make_exact(random_state=None)] * 2, *imbalanced)[:2]
    assert not np.array_equal(first.model.coefs_[0], second.model.coefs_[0])


def test_the_networks_of_a_committee_keep_their_order(imbalanced, make_exact, monkeypatch):
    """A stack that ends early does not move its networks to the front."""

    def train_last_first(plans, train_stack, **options):
        for index in reversed(range(len(plans))):
            yield [index], train_stack([plans[index]], 1, lambda *_: None)

    monkeypatch.setattr("skweighted.many_fits._training.train_stacks", train_last_first)
    model, alone = make_exact(n_networks=2), make_exact(n_networks=2).fit(*imbalanced)
    (outcome,) = fit_many([Job(model, np.arange(200))], *imbalanced)
    np.testing.assert_allclose(outcome.model.loss_curve_, alone.loss_curve_, atol=1e-9)


@pytest.mark.parametrize("verbose", [False, True])
def test_steps_that_cannot_be_pickled_are_not_mixed_up(imbalanced, verbose):
    """A lambda in a step, fitted by us or by the pipeline itself, belongs to the settings beside it."""
    step = FunctionTransformer(lambda X, factor: X * factor)
    model = Pipeline([("scale", step), ("clf", LogisticRegression(random_state=0))], verbose=verbose)
    models = [clone(model).set_params(scale__kw_args={"factor": factor}) for factor in (0, 1, 2, 3)]
    assert_as_alone(models, *imbalanced)


def test_settings_of_objects_without_a_hash_are_compared_by_content():
    """Lists and dicts of lambdas are equal if their parts are, and a key outlives what it stands for."""

    def same(x):
        return x

    assert settings_key([same, {"a": same}]) == settings_key([same, {"a": same}])
    keys = [settings_key([("step", lambda x: x)]) for _ in range(3)]
    assert len(set(keys)) == 3


def test_checked_rows_are_not_shared_by_other_units_of_weight(imbalanced, make_exact):
    """Weights stay as they are without normalize_weights, whichever candidate comes first."""
    X, y = imbalanced
    sample_weight = np.where(y == 1, 2.0, 1.0) * 2.0**-60
    models = [make_exact(normalize_weights=normalized) for normalized in (True, False)]
    jobs = [Job(clone(model), np.arange(200), {"sample_weight": sample_weight}) for model in models]
    for outcome in fit_many(jobs, X, y):
        alone = clone(models[outcome.index]).fit(X, y, sample_weight=sample_weight)
        np.testing.assert_allclose(outcome.model.predict_proba(X), alone.predict_proba(X), atol=1e-9)


def test_classifiers_with_something_unseeded_inside_are_draws_apart(imbalanced):
    """A seed that is missing below counts as one that is missing above; with every seed a fit is shared."""
    for seed in (None, 0):
        model = OneVsRestClassifier(DecisionTreeClassifier(max_features=1, random_state=seed))
        first, second = fit_on_folds([model] * 2, *imbalanced)[:2]
        assert (first.model.estimators_ is second.model.estimators_) == (seed is not None)


def test_an_error_holds_no_rows(imbalanced):
    """It says where it was raised, and the rows that were there are free."""
    seen = []

    def fail(X):
        rows = X.copy()
        seen.append(weakref.ref(rows))
        raise ValueError("no such step")

    (outcome,) = fit_many([Job(in_pipeline(LogisticRegression(), FunctionTransformer(fail)), FOLDS[0])], *imbalanced)
    gc.collect()
    assert seen[0]() is None
    assert traceback.extract_tb(outcome.error.__traceback__)[-1].name == "fail"


class NeedsTwoError(Exception):
    """An error that pickle cannot restore, unless something such as dask taught it to."""

    def __init__(self, what, why):
        super().__init__(f"{what} since {why}")


def test_an_error_that_cannot_be_pickled_ends_its_own_fit_only(imbalanced):
    """A worker sends back what it said."""

    def fail(X):
        raise NeedsTwoError("no such step", "it failed")

    jobs = [Job(in_pipeline(LogisticRegression(), FunctionTransformer(step)), FOLDS[0]) for step in (fail, np.abs)]
    options = {"then": None, "max_bytes": 1, "max_rows_bytes": 1}
    failed, fitted = _fit_in_worker([list(enumerate(jobs))], *imbalanced, options)
    assert fitted.error is None
    assert "no such step since it failed" in str(pickle.loads(pickle.dumps(failed.error)))


@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize(("n_folds", "n_workers"), [(5, 8), (2, 5), (9, 8), (4, 4)])
def test_every_worker_has_work_and_no_fold_twice(n_folds, n_workers, stacked, make_exact):
    """Each job is in one chunk, and no chunk has two parts of a fold, which would preprocess its rows twice."""
    job = Job(make_exact() if stacked else LogisticRegression(), FOLDS[0])
    folds = [[((fold, n), job) for n in range(2 + fold)] for fold in range(n_folds)]
    chunks = _chunks(folds, n_workers)
    found = [index for chunk in chunks for part in chunk for index, _ in part]
    assert sorted(found) == [index for fold in folds for index, _ in fold]
    assert all(len({part[0][0][0] for part in chunk}) == len(chunk) for chunk in chunks)
    assert len(chunks) == n_workers if stacked or n_folds < n_workers else n_folds


def test_a_misspelt_argument_of_fit_is_named(imbalanced, make_exact):
    """The message names the class that the user fits, and suggests what was meant."""
    job = Job(in_pipeline(make_exact()), FOLDS[0], {"clf__sample_wieght": np.ones(200)})
    (outcome,) = fit_many([job], *imbalanced)
    message = r"fit of CostSensitiveMLPClassifier has no argument 'sample_wieght'. Did you mean 'sample_weight'\?"
    with pytest.raises(TypeError, match=message):
        raise outcome.error


def test_little_memory_means_fewer_folds_at_a_time_and_the_same_results(imbalanced, make_exact, stack_sizes):
    """Early folds are done before later ones are preprocessed."""
    models = [in_pipeline(make_exact()), in_pipeline(make_exact(alpha=0.1))]
    assert_as_alone(models, *imbalanced, max_rows_bytes=1)
    assert stack_sizes[:2] == [2, 2]


def test_one_failure_costs_its_own_job_only(imbalanced, make_exact):
    """A step that raises, a classifier that cannot train, and costs that do not fit, beside one that works."""

    def fail(X):
        raise ValueError("no such step")

    models = [
        in_pipeline(make_exact(), FunctionTransformer(fail)),
        in_pipeline(make_exact(learning_rate=-1)),
        in_pipeline(MinimumExpectedCostClassifier(make_exact(), cost_matrix=np.eye(3))),
        in_pipeline(LogisticRegression(C=-1)),
        in_pipeline(make_exact()),
    ]
    outcomes = fit_on_folds(models, *imbalanced)[:5]
    assert [outcome.error is None for outcome in outcomes] == [False] * 4 + [True]
    assert "no such step" in str(outcomes[0].error)
    assert "learning_rate" in str(outcomes[1].error)


def test_what_is_done_with_a_model_is_done_where_it_was_fitted(imbalanced):
    """Its result comes back, and what it raises is the outcome's error."""

    def predict(index, model):
        if index == 1:
            raise RuntimeError("not this one")
        return model.predict(imbalanced[0]).sum()

    first, second = fit_on_folds([LogisticRegression(class_weight="balanced")], *imbalanced, then=predict)
    assert first.result == first.model.predict(imbalanced[0]).sum()
    assert isinstance(second.error, RuntimeError)


def test_closing_ends_the_work(imbalanced):
    """Nothing is fitted that nobody asks for."""
    jobs = [Job(in_pipeline(LogisticRegression()), rows) for rows in FOLDS]
    with contextlib.closing(fit_many(jobs, *imbalanced)) as outcomes:
        next(outcomes)
    assert CountingScaler.n_fits == 1


def test_rows_to_watch_pass_the_steps_that_transform_only(imbalanced, make_exact):
    """Validation rows are real rows, whatever resampling makes of the others."""
    X, y = imbalanced
    stopping = make_exact(early_stopping=True, epochs=5)
    model = in_pipeline(stopping, RandomOverSampler(random_state=0))
    train, watched = FOLDS[0][:80], FOLDS[0][80:]
    (outcome,) = fit_many([Job(clone(model), train, validation_rows=watched)], X, y)
    scaler = StandardScaler().fit(X[train])
    resampled = RandomOverSampler(random_state=0).fit_resample(scaler.transform(X[train]), y[train])
    alone = clone(stopping).fit(*resampled, X_val=scaler.transform(X[watched]), y_val=y[watched])
    np.testing.assert_allclose(outcome.model[-1].validation_curve_, alone.validation_curve_, atol=1e-9)


@pytest.mark.parametrize("corrected", [False, True])
def test_rows_to_watch_have_their_weights(corrected, imbalanced, make_exact):
    """Directly inside the pipeline, and inside a meta-estimator of ours."""
    X, y = imbalanced
    weight = np.random.default_rng(0).uniform(0.2, 3, len(y))
    stopping = make_exact(early_stopping=True, epochs=5)
    model = in_pipeline(PriorCorrectedClassifier(stopping) if corrected else stopping)
    train, watched = FOLDS[0][:80], FOLDS[0][80:]
    params = {f"{model.steps[-1][0]}__sample_weight": weight}
    (outcome,) = fit_many([Job(clone(model), train, params, watched, weight)], X, y)
    assert outcome.error is None
    fitted = outcome.model[-1].estimator_ if corrected else outcome.model[-1]
    rows = outcome.model[:-1].transform(X)
    validation = {"X_val": rows[watched], "y_val": y[watched], "sample_weight_val": weight[watched]}
    alone = clone(stopping).fit(rows[train], y[train], weight[train], **validation)
    np.testing.assert_allclose(fitted.validation_curve_, alone.validation_curve_, atol=1e-9)


def test_a_fit_is_not_charged_with_compiling(imbalanced, make_exact, monkeypatch):
    """The engine says it compiled for all but 8 of 1000 s, so each of two networks in a stack took 4 s."""
    clock, real = [0.0], compiled.train

    def slow(plans, **options):
        networks = real(plans, **options)
        clock[0] += 1000
        for network in networks:
            network.compile_seconds = 992.0
        return networks

    monkeypatch.setattr(compiled, "train", slow)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    outcomes = fit_on_folds([make_exact()], *imbalanced)
    assert [outcome.seconds for outcome in outcomes] == [4, 4]
