"""Seven classes of very different size at once."""

from sklearn.datasets import make_classification
from sklearn.metrics import balanced_accuracy_score, classification_report
from sklearn.model_selection import train_test_split

from skweighted import CostSensitiveMLPClassifier
from skweighted.meta import PriorThresholdClassifier

shares = [0.4, 0.25, 0.15, 0.1, 0.05, 0.03]  # and the rest
X, y = make_classification(2_000, 10, n_informative=8, n_classes=7, weights=shares, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

settings = {"hidden_layer_sizes": (16,), "epochs": 20, "learning_rate": 0.01, "random_state": 0}
models = {
    "none": CostSensitiveMLPClassifier(**settings),
    "balanced": CostSensitiveMLPClassifier(class_weight="balanced", **settings),
    "threshold": PriorThresholdClassifier(CostSensitiveMLPClassifier(**settings)),
}
for name, model in models.items():
    predicted = model.fit(X_train, y_train).predict(X_test)
    print(f"{name:<10} balanced accuracy {balanced_accuracy_score(y_test, predicted):.3f}")
print(classification_report(y_test, predicted, digits=2, zero_division=0))
