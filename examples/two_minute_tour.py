"""From a table to a verdict, a report and a model: handwritten digits, the 8 against all others."""

from skweighted import CostSensitiveMLPClassifier
from skweighted.comparison import compare_strategies
from skweighted.datasets import load_digits_8
from skweighted.deployment import fit_model, save_model
from skweighted.meta import Constraint
from skweighted.plots import plot_comparison
from skweighted.report import Origin, write_report

X, y = load_digits_8()
network = CostSensitiveMLPClassifier((16,), epochs=10, learning_rate=0.01, random_state=0)

# 1. What helps? Everything is fitted on training folds only, and every strategy takes the same number of steps.
comparison = compare_strategies(X, y, strategies=["none", "threshold", "class_weight"], classifier=network, cv=3)
print(comparison, "\n")

# 2. Look, and show: curves, and a page with a threshold slider.
plot_comparison(comparison).savefig("tour.png")
write_report(comparison, "tour.html", Origin(title="Handwritten 8s"))

# 3. Use: the network on all rows, with the threshold that finds 80 % of the positives with the fewest false alarms.
model = fit_model(X, y, strategies="none", classifier=network, threshold=Constraint.parse("recall>=0.8"), cv=3)
save_model(model, "tour.skops")
print(f"Called an 8 from a probability of {model.threshold:.3f} on.")
print("On folds that did not choose it:", {k: round(v["mean"], 2) for k, v in model.card.scores.items()})
