"""Keep fitted classifiers of this release, and their answers, for the tests of later ones.

Usage: python tests/data/keep_pickle.py    writes what is not there yet: a file once kept is never written anew
"""

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from skweighted import CostSensitiveMLPClassifier, __version__

X = np.linspace(-2, 2, 120).reshape(60, 2)
y = np.where(X[:, 0] > 1, "rare", "common")


def make(**parameters: Any) -> CostSensitiveMLPClassifier:
    """Return an unfitted classifier of four units that trains for five epochs."""
    return CostSensitiveMLPClassifier((4,), epochs=5, random_state=0, **parameters)


def fitted() -> dict[str, tuple[Any, ...]]:
    """Return classifiers by name, each with its probabilities for `X`."""
    kept = {}
    for name, parameters in {
        "single": {},
        "committee": {"n_networks": 2},
        "corrected": {"probabilities": "corrected"},
    }.items():
        clf = make(class_weight="balanced", **parameters).fit(X, y)
        kept[name] = (clf, clf.predict_proba(X))
    return kept


def continued() -> dict[str, tuple[Any, ...]]:
    """Return classifiers whose training can go on, each with its probabilities before and after it did."""
    quick, stopping = {"learning_rate": 0.05}, {"early_stopping": True, "validation_fraction": 0.3}
    started = {
        "warm start": make(warm_start=True, **quick).fit(X, y),
        "early stopping": make(warm_start=True, n_networks=2, n_iter_no_change=1, **quick, **stopping).fit(X, y),
        "partial fit": make(**quick).partial_fit(X, y, classes=["common", "rare"]),
    }
    kept = {}
    for name, clf in started.items():
        later = copy.deepcopy(clf)
        later = later.fit(X, y) if later.warm_start else later.partial_fit(X, y)
        kept[name] = (clf, clf.predict_proba(X), later.predict_proba(X))
    return kept


def main() -> None:
    """Write the pickles of this release that are missing."""
    for suffix, collect in (("", fitted), ("-continued", continued)):
        path = Path(__file__).parent / f"classifiers-{__version__}{suffix}.pkl"
        if not path.exists():
            path.write_bytes(pickle.dumps(collect(), protocol=4))


if __name__ == "__main__":
    main()
