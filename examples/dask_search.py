"""A search over class weights on a Dask cluster: each worker trains its part of the networks as one stack.

Here the cluster is made of two workers in this process. On several machines it is ``Client("tcp://scheduler:8786")``.
"""

import joblib
from dask.distributed import Client, LocalCluster
from sklearn.datasets import make_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skweighted import BatchedGridSearchCV, CostSensitiveMLPClassifier, class_weight_grid
from skweighted.plots import plot_weight_curve

X, y = make_classification(1_000, 10, weights=[0.95], random_state=0)
network = CostSensitiveMLPClassifier((16,), epochs=20, learning_rate=0.01, random_state=0)
model = make_pipeline(StandardScaler(), network)
grid = {"costsensitivemlpclassifier__class_weight": class_weight_grid(y, factors=[0, 0.25, 0.5, 0.75, 1])}
search = BatchedGridSearchCV(model, grid, scoring="average_precision", cv=4)

with (
    LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
    Client(cluster) as client,
    joblib.parallel_config(backend="dask", client=client),
):
    search.fit(X, y)
weights = search.cv_results_["param_costsensitivemlpclassifier__class_weight"]
for weight, score in zip(weights, search.cv_results_["mean_test_score"], strict=True):
    print(f"a positive row counts {weight[1]:5.2f} times: average precision {score:.3f}")
plot_weight_curve(search).figure_.savefig("weights.png")
