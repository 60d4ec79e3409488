"""A miss costs twenty false alarms: train by the costs, or train plainly and decide by them."""

from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

from skweighted import CostSensitiveMLPClassifier
from skweighted.meta import MinimumExpectedCostClassifier
from skweighted.metrics import expected_cost, savings
from skweighted.plots import NetBenefitDisplay

COSTS = [[0, 1], [20, 0]]  # rows: what is true, columns: what is predicted
X, y = make_classification(3_000, 10, weights=[0.95], random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

settings = {"hidden_layer_sizes": (16,), "epochs": 20, "random_state": 0}
plain = CostSensitiveMLPClassifier(**settings)
models = {
    "neither": plain,
    "train by costs": CostSensitiveMLPClassifier(class_weight="cost", cost_matrix=COSTS, **settings),
    "decide by costs": MinimumExpectedCostClassifier(plain, cost_matrix=COSTS),
}
for name, model in models.items():
    predicted = model.fit(X_train, y_train).predict(X_test)
    cost = expected_cost(y_test, predicted, cost_matrix=COSTS)
    print(f"{name:<16} {cost:.3f} a row, saves {savings(y_test, predicted, cost_matrix=COSTS):.0%}")
NetBenefitDisplay.from_estimator(models["neither"], X_test, y_test).figure_.savefig("costs.png")
