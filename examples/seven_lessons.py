"""Seven lessons on imbalance with their pictures.

The data are those of the articles: two features, one row in a hundred positive. The network is replaced by logistic
regression where a lesson is about rows, so that everything runs at once.
"""

import matplotlib.pyplot as plt
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report

from skweighted.comparison import compare_strategies
from skweighted.plots import (
    ClassCountsDisplay,
    PrecisionRecallDisplay,
    ReliabilityDisplay,
    ResamplingDisplay,
    ThresholdDisplay,
)

X, y = make_classification(10_000, 2, n_redundant=0, n_clusters_per_class=2, weights=[0.99], flip_y=0, random_state=4)
train, test = slice(0, 5_000), slice(5_000, None)
linear = LogisticRegression()

# 1. Look at the class counts first.
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
ClassCountsDisplay.from_labels(rows=y, ax=axes[0])
for label, marker in ((0, "."), (1, "^")):
    axes[1].scatter(*X[y == label].T, s=6, marker=marker, label=str(label))
figure.savefig("lesson-1-counts.png")

# 2. Accuracy says nothing here: precision, recall and the curves do.
probability = linear.fit(X[train], y[train]).predict_proba(X[test])[:, 1]
print(classification_report(y[test], probability > 0.5, digits=3, zero_division=0))
PrecisionRecallDisplay.from_predictions(y[test], probability, name="logistic").figure_.savefig("lesson-2-curve.png")

# 3. to 6. Undersampling and SMOTE to one positive in three rows, and SMOTE with cleaning afterwards. In training only.
samplers = {
    "undersample": RandomUnderSampler(sampling_strategy=0.5, random_state=0),
    "smote": SMOTE(sampling_strategy=0.5, random_state=0),
    "smote_enn": SMOTEENN(random_state=0),
    "smote_tomek": SMOTETomek(random_state=0),
}
probabilities = {"none": probability}
for name, sampler in samplers.items():
    ResamplingDisplay.from_sampler(sampler, X[train], y[train]).figure_.savefig(f"lesson-{name}.png")
    resampled = make_pipeline(sampler, LogisticRegression()).fit(X[train], y[train])
    probabilities[name] = resampled.predict_proba(X[test])[:, 1]
ReliabilityDisplay.from_predictions(y[test], probabilities, n_bootstraps=0).figure_.savefig("lesson-reliability.png")
print({name: round(float(p.mean()), 3) for name, p in probabilities.items()}, "reported;", y[test].mean(), "happened")

# 7. Weights are the cost-sensitive baseline; a moved threshold is the mark that all must beat.
comparison = compare_strategies(X, y, strategies=["none", "threshold", "class_weight"], classifier=linear, n_repeats=1)
print(comparison)
ThresholdDisplay.from_comparison(comparison, strategies=["none"]).figure_.savefig("lesson-7-threshold.png")
