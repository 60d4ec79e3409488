"""The tables, folds and scores of a study, and a folder that keeps what has been run."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _peers import quiet
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import LabelEncoder, label_binarize

from skweighted.datasets import load_dataset, load_digits_8

CHOOSING = ("satimage", "wine_quality", "abalone_19", "thyroid_sick", "page_blocks", "ecoli", "cover")
CHOOSING += ("digits_8", "breast_cancer", "fair")  # which packages ship
REPORTED = ("mammography", "phoneme", "oil_spill", "haberman", "german_credit", "glass")
SCORES = {"ROC AUC": 1, "Avg precision": 1, "Log loss": -1, "Brier": -1}  # and whether more is better
FEWEST_ROWS = 9  # of a class; those with fewer cannot be in every fold and are left out
NOTHING_TO_LEARN = {"oil_spill": ["x0"]}  # the number of a patch, which the published protocol leaves out


@dataclass(frozen=True, eq=False)
class Fold:
    """One split of one table: whole numbers for labels, text columns as pandas categories."""

    table: str
    number: int
    X_train: pd.DataFrame
    y_train: np.ndarray
    X_test: pd.DataFrame
    y_test: np.ndarray


def load_affairs() -> tuple[pd.DataFrame, pd.Series]:
    """Return 6,366 answers to a survey of 1974, and whether there was an affair; from statsmodels."""
    import statsmodels.api as sm

    table = sm.datasets.fair.load_pandas().data
    return table.drop(columns="affairs"), (table["affairs"] > 0).astype(int)


SHIPPED: dict[str, Callable[[], tuple[pd.DataFrame, pd.Series]]] = {
    "digits_8": load_digits_8,
    "breast_cancer": lambda: load_breast_cancer(return_X_y=True, as_frame=True),
    "fair": load_affairs,
}


def load_table(name: str, most_rows: int | None) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table, a stratified sample of it if it has more than `most_rows`, and labels as 0, 1, ..."""
    X, y = SHIPPED[name]() if name in SHIPPED else load_dataset(name)
    X = X.drop(columns=NOTHING_TO_LEARN.get(name, [])).dropna(axis="columns", how="all")
    rows = np.flatnonzero(y.map(y.value_counts()).to_numpy() >= FEWEST_ROWS)
    if most_rows and len(rows) > most_rows:
        rows, _ = train_test_split(rows, train_size=most_rows, stratify=y.iloc[rows], random_state=0)
    X = X.iloc[np.sort(rows)].reset_index(drop=True)
    X.columns = [f"x{i}" for i in range(X.shape[1])]
    for column in X.columns[[not pd.api.types.is_numeric_dtype(dtype) for dtype in X.dtypes]]:
        X[column] = X[column].astype("category")
    return X, LabelEncoder().fit_transform(y.iloc[np.sort(rows)])


def make_folds(name: str, n_folds: int, n_repeats: int, most_rows: int | None) -> list[Fold]:
    """Return repeated stratified folds of a table, the same in every run."""
    X, y = load_table(name, most_rows)
    folds = []
    for repeat in range(n_repeats):
        splitter = StratifiedKFold(n_folds, shuffle=True, random_state=repeat)
        for train, test in splitter.split(X, y):
            folds.append(Fold(name, len(folds), X.iloc[train], y[train], X.iloc[test], y[test]))
    return folds


@dataclass(frozen=True)
class Store:
    """A folder with a file for each method and fold: probabilities of the test rows, and what the fit took."""

    folder: Path

    def run(self, method: str, make: Callable[[], Any], fold: Fold, predict: Callable | None = None) -> None:
        """Fit and predict, unless that has been done in an earlier run."""
        path = self._path(method, fold.table, fold.number)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        wall, cpu = time.perf_counter(), time.process_time()
        with quiet():
            model = make().fit(fold.X_train, fold.y_train)
            took = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
            probability = (predict or type(model).predict_proba)(model, fold.X_test)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, probability=probability, y=fold.y_test, **took)
        part.rename(path)

    def read(self, method: str, table: str, number: int) -> dict[str, np.ndarray] | None:
        """Return what a fit left, or None if it has not been run."""
        path = self._path(method, table, number)
        if not path.exists():
            return None
        with np.load(path) as kept:
            return dict(kept)

    def _path(self, method: str, table: str, number: int) -> Path:
        return self.folder / table / f"{method}-{number}.npz"


def score(y: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """Return every score of one fold; of more than two classes, the mean of one class against the rest."""
    n_classes = probability.shape[1]
    probability = np.clip(probability, 1e-7, None)
    probability = probability / probability.sum(axis=1, keepdims=True)
    truth = label_binarize(y, classes=range(n_classes))
    truth = np.hstack([1 - truth, truth]) if n_classes == 2 else truth
    if n_classes == 2:
        area = roc_auc_score(y, probability[:, 1])
        rare = int(truth.sum(axis=0).argmin())
        precision = average_precision_score(truth[:, rare], probability[:, rare])
    else:
        area = roc_auc_score(truth, probability, average="macro")
        precision = average_precision_score(truth, probability, average="macro")
    return {
        "ROC AUC": area,
        "Avg precision": precision,
        "Log loss": log_loss(y, probability, labels=range(n_classes)),
        "Brier": float(((probability - truth) ** 2).sum(axis=1).mean()) / 2,
    }
