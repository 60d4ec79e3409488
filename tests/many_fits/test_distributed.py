"""A search or a comparison spread over a dask cluster gives what it gives at home."""

import joblib
import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skweighted import BatchedGridSearchCV
from skweighted.comparison import compare_strategies

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")


@pytest.fixture(scope="module")
def cluster():
    """Return a client of a cluster of two workers in processes of their own."""
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


def test_a_dask_cluster_gives_the_local_results(imbalanced, make_classifier, cluster):
    """Chunks of a stack go out through joblib; scores and the refitted model are those of one process."""
    pipe = make_pipeline(StandardScaler(), make_classifier(dtype="float64"))
    grid = {"costsensitivemlpclassifier__class_weight": [None, "balanced"]}
    cv = StratifiedKFold(2, shuffle=True, random_state=0)
    search = BatchedGridSearchCV(pipe, grid, cv=cv, scoring="roc_auc")
    local = search.fit(*imbalanced).cv_results_, search.predict_proba(imbalanced[0])
    with joblib.parallel_config(backend="dask", client=cluster):
        search.fit(*imbalanced)
    trained_there = cluster.run(lambda: "skweighted.engines.compiled" in __import__("sys").modules)
    assert all(trained_there.values())
    for name in ("split0_test_score", "split1_test_score"):
        np.testing.assert_allclose(search.cv_results_[name], local[0][name], atol=1e-9, rtol=0)
    np.testing.assert_allclose(search.predict_proba(imbalanced[0]), local[1], atol=1e-12)


def test_a_comparison_on_a_dask_cluster_has_the_local_scores_and_keeps_its_fits(
    imbalanced, make_classifier, cluster, tmp_path
):
    """Workers keep what they finish in a folder that they see, so that the next run fits nothing."""
    network = make_classifier(dtype="float64")
    options = {"strategies": ["none", "threshold", "class_weight"], "classifier": network, "cv": 2, "n_repeats": 1}
    with joblib.parallel_config(backend="dask", client=cluster):
        spread = compare_strategies(*imbalanced, cache=tmp_path, n_jobs=2, **options)
    again = compare_strategies(*imbalanced, cache=tmp_path, **options)
    local = compare_strategies(*imbalanced, **options)
    assert all(result.from_cache for result in again.predictions.results.values())
    scores = [found.table.query("metric != 'fit_seconds'")["value"].to_numpy() for found in (spread, again, local)]
    np.testing.assert_array_equal(scores[0], scores[1])
    np.testing.assert_allclose(scores[0], scores[2], atol=1e-9)
