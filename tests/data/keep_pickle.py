"""Keep a fitted classifier of this release, and its answers, for the tests of later ones.

Usage: python tests/data/keep_pickle.py
"""

import pickle
from pathlib import Path

import numpy as np

from skweighted import CostSensitiveMLPClassifier, __version__

X = np.linspace(-2, 2, 120).reshape(60, 2)
y = np.where(X[:, 0] > 1, "rare", "common")


def main() -> None:
    """Write one pickle for the release: the classifiers and their probabilities for `X`."""
    kept = {}
    for name, parameters in {
        "single": {},
        "committee": {"n_networks": 2},
        "corrected": {"probabilities": "corrected"},
    }.items():
        clf = CostSensitiveMLPClassifier((4,), class_weight="balanced", epochs=5, random_state=0, **parameters).fit(
            X, y
        )
        kept[name] = (clf, clf.predict_proba(X))
    (Path(__file__).parent / f"classifiers-{__version__}.pkl").write_bytes(pickle.dumps(kept, protocol=4))


if __name__ == "__main__":
    main()
