"""As many rows as the well-known table of credit-card frauds: 284,807 payments, one in 578 of them a fraud.

What to do with the weights of so rare a class, and which alarm level a team of people can work off.
"""

from time import perf_counter

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss
from sklearn.model_selection import train_test_split

from skweighted import CostSensitiveMLPClassifier
from skweighted.meta import Constraint, ThresholdCurve
from skweighted.plots import PrecisionRecallDisplay

N_ROWS, N_FRAUDS, N_FEATURES, ROWS_A_DAY = 284_807, 492, 30, 140_000

random = np.random.default_rng(0)
X = random.standard_normal((N_ROWS, N_FEATURES), dtype=np.float32)
y = np.zeros(N_ROWS, dtype=int)
y[random.choice(N_ROWS, N_FRAUDS, replace=False)] = 1
X[y == 1, :6] += random.normal(1.2, 0.8, 6).astype(np.float32)  # frauds differ in six of the columns
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)

# The weights of a balanced fit are 1 to 578. `probabilities="corrected"` takes their effect on the probabilities out.
settings = {"hidden_layer_sizes": (16,), "epochs": 3, "batch_size": 2_000, "learning_rate": 0.01, "random_state": 0}
models = {
    "none": CostSensitiveMLPClassifier(**settings),
    "balanced": CostSensitiveMLPClassifier(class_weight="balanced", **settings),
    "corrected": CostSensitiveMLPClassifier(class_weight="balanced", probabilities="corrected", **settings),
}
probabilities = {}
for name, model in models.items():
    started = perf_counter()
    p = probabilities[name] = model.fit(X_train, y_train).predict_proba(X_test)[:, 1]
    found = f"average precision {average_precision_score(y_test, p):.3f}, Brier score {brier_score_loss(y_test, p):.5f}"
    print(f"{name:<10} {found}, reports {p.sum():,.0f} frauds of {y_test.sum()}, {perf_counter() - started:.1f} s")
PrecisionRecallDisplay.from_predictions(y_test, probabilities).figure_.savefig("credit-card.png")

# How many alarms a day does each share of the frauds cost?
curve = ThresholdCurve(y_test, probabilities["none"])
for bound in ("recall>=0.5", "recall>=0.8", "alerts<=0.1%"):
    place = curve.index(Constraint.parse(bound).choose(curve))
    recall, precision, alerts = (curve.score(score)[place] for score in ("recall", "precision", "alerts"))
    found = f"{precision:.0%} of them frauds, {recall:.0%} of all frauds"
    print(f"{bound:<13} {alerts * ROWS_A_DAY:,.0f} alarms a day, {found}")
