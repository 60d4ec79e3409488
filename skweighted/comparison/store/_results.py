"""The result of one strategy on one fold, as facts and arrays."""

import builtins
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skweighted.comparison._predictions import FoldResult
from skweighted.comparison.store._archive import Archive, DamagedFileError

__all__ = ["pack_result", "unpack_result"]

_SECONDS = ("fit_seconds", "predict_seconds", "n_epochs")


def pack_result(result: FoldResult) -> Archive:
    """Return what of a result is kept."""
    facts: dict[str, Any] = {name: _plain(getattr(result, name)) for name in _SECONDS}
    facts |= {"strategy": result.strategy, "repeat": result.repeat, "fold": result.fold}
    if result.error is not None:
        facts["error"] = [type(result.error).__name__, str(result.error)]
    arrays = {"rows": _small(result.rows)}
    if result.probabilities is not None and result.decisions is not None:
        arrays |= {"probabilities": result.probabilities, "decisions": _small(result.decisions)}
    return facts, arrays


def _plain(number: float) -> float | None:
    """Return a number as JSON has it, which knows no NaN."""
    return float(number) if np.isfinite(number) else None


def _small(whole: NDArray) -> NDArray:
    """Return whole numbers of at least 0 in as few bytes as they need."""
    return whole.astype(np.min_scalar_type(int(whole.max(initial=0))))


def unpack_result(facts: dict[str, Any], arrays: dict[str, NDArray], n_classes: int) -> FoldResult:
    """Return the result.

    Raises
    ------
    DamagedFileError
        If the arrays do not belong together.
    """
    rows = arrays["rows"].astype(np.intp)
    probabilities, decisions = arrays.get("probabilities"), arrays.get("decisions")
    error = None if "error" not in facts else _remake(*facts["error"])
    if error is None and (probabilities is None or decisions is None or not _fit(rows, probabilities, decisions)):
        raise DamagedFileError("the arrays do not belong together")
    if probabilities is not None and decisions is not None:
        if probabilities.shape[1] != n_classes or decisions.max(initial=0) >= n_classes:
            raise DamagedFileError("there are other classes")
        decisions = decisions.astype(np.intp)
    fit_seconds, predict_seconds, n_epochs = (_number(facts[name]) for name in _SECONDS)
    place = str(facts["strategy"]), int(facts["repeat"]), int(facts["fold"])
    return FoldResult(*place, rows, probabilities, decisions, fit_seconds, predict_seconds, error, n_epochs)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _fit(rows: NDArray, probabilities: NDArray, decisions: NDArray) -> bool:
    kinds = probabilities.dtype.kind == "f" and decisions.dtype.kind == "u"
    shapes = probabilities.ndim == 2 and probabilities.shape[:1] == decisions.shape == rows.shape
    return bool(kinds and shapes)


def _remake(name: str, message: str) -> Exception:
    """Return an error of the built-in type called `name`, else one that names the type."""
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UnicodeError):
        return kind(message)
    return RuntimeError(f"{name}: {message}")
