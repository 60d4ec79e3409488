"""Fit, save, load and predict in pieces, in Python and as commands."""

import numpy as np
import pandas as pd

from skweighted import CostSensitiveMLPClassifier
from skweighted.cli import main
from skweighted.datasets import read_chunks, read_table
from skweighted.deployment import fit_model, load_model, save_model
from skweighted.meta import LeastCost

random = np.random.default_rng(0)
table = pd.DataFrame({"amount": random.lognormal(3, 1, 900), "country": random.choice(["DE", "FR", "NL"], 900)})
risk = np.log(table["amount"]) + (table["country"] == "NL") + random.normal(size=900)
table["fraud"] = np.where(risk > 5, "yes", "no")
table[:600].to_csv("past.csv", index=False)
table[600:].drop(columns="fraud").to_csv("new.csv", index=False)

# In Python
X, y = read_table("past.csv", "fraud")
network = CostSensitiveMLPClassifier((16,), epochs=10, random_state=0)
model = fit_model(X, y, strategies="none", classifier=network, threshold=LeastCost(1, 20), cv=3, explain=True)
save_model(model, "fraud.skops")
print(model.card.to_markdown())
loaded = load_model("fraud.skops")
for piece in read_chunks("new.csv", n_rows=100, text_columns=loaded.schema.names):
    scored, notes = loaded.score_rows(piece)
    print(len(scored), "rows,", (scored["decision"] == "yes").sum(), "called fraud", *notes.sentences())

# As commands: skweighted predict fraud.skops new.csv --output scored.csv
main(["predict", "fraud.skops", "new.csv", "--output", "scored.csv"])
