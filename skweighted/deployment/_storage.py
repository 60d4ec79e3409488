"""Models in files: skops, which opens without running code of the file, or joblib, which does not."""

import io
import os
import zipfile
from pathlib import Path

from skweighted._base.checks import check_choice
from skweighted._base.trust import opening_untrusted_file
from skweighted._base.types import Estimator
from skweighted.deployment._compiled_parts import check_parts, check_schema
from skweighted.deployment._model import FittedModel

__all__ = ["FORMATS", "TRUSTED_TYPES", "check_format", "load_model", "save_model"]

FORMATS = ("skops", "joblib")

TRUSTED_TYPES = (
    "imblearn.ensemble._easy_ensemble.EasyEnsembleClassifier",
    "imblearn.ensemble._forest.BalancedRandomForestClassifier",
    "imblearn.over_sampling._random_over_sampler.RandomOverSampler",
    "imblearn.over_sampling._smote.base.SMOTE",
    "imblearn.pipeline.Pipeline",
    "imblearn.under_sampling._prototype_selection._random_under_sampler.RandomUnderSampler",
    "numpy.dtype",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.link.MultinomialLogit",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss.loss.HalfMultinomialLoss",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._ranking.roc_auc_score",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.model_selection._split._CVIterableWrapper",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "skweighted.class_weights.EffectiveNumber",
    "skweighted.classifier.CostSensitiveMLPClassifier",
    "skweighted.classifier.TabularClassifier",
    "skweighted.classifier.ReweightedClassifier",
    "skweighted.deployment.Card",
    "skweighted.deployment.Column",
    "skweighted.deployment.FittedModel",
    "skweighted.deployment.TableSchema",
    "skweighted.embeddings.Periodic",
    "skweighted.embeddings.PiecewiseLinear",
    "skweighted.losses.CrossEntropy",
    "skweighted.losses.ExpectedCost",
    "skweighted.losses.FocalLoss",
    "skweighted.losses.HardExample",
    "skweighted.losses.LDAMLoss",
    "skweighted.losses.LogitAdjusted",
    "skweighted.losses.MeanFalseError",
    "skweighted.losses.MeanSquaredFalseError",
    "skweighted.losses.SquaredError",
    "skweighted.meta.PriorCorrectedClassifier",
    "skweighted.meta.PriorThresholdClassifier",
    "skweighted.network.Architecture",
    "skweighted.optimizers.schedules.Constant",
    "skweighted.optimizers.schedules.CosLog",
    "skweighted.optimizers.schedules.Cosine",
    "skweighted.optimizers.schedules.FlatCosine",
    "skweighted.optimizers.schedules.Warmup",
    "skweighted.preprocessing.ColumnReader",
    "skweighted.preprocessing.Dates",
    "skweighted.preprocessing.Decision",
    "skweighted.preprocessing.Durations",
    "skweighted.preprocessing.Note",
    "skweighted.preprocessing.NumberFormat",
    "skweighted.preprocessing.Numbers",
    "skweighted.preprocessing.PiecewiseLinearEncoder",
    "skweighted.preprocessing.QuantileNormalScaler",
    "skweighted.preprocessing.SquashingScaler",
    "skweighted.preprocessing.TablePreprocessor",
    "skweighted.preprocessing.Text",
    "skweighted.preprocessing.numeric_columns",
    "skweighted.preprocessing.text_columns",
    "skweighted.preprocessing.to_floats",
    "skweighted.search.BatchedGridSearchCV",
    "skweighted.search._replay.FixedSplits",
    "skweighted.strategies.AnyLabelClassifier",
    "skweighted.strategies.EncodedSampler",
    "skweighted.strategies.SearchedWeightClassifier",
    "skweighted.strategies.TunedThresholdClassifier",
    "skweighted.strategies.UndersampleCommitteeClassifier",
)
"""Types and functions that :func:`load_model` accepts from a skops file, beside those that skops itself trusts.

None of them runs code that a file holds. The nodes of trees, which compiled code follows without looking, are checked
as well before a model is returned.
"""

_OWNER = "save_model"


def save_model(model: FittedModel, path: str | os.PathLike[str], *, file_format: str = "skops") -> None:
    """Write a model to a file.

    Parameters
    ----------
    model : FittedModel
    path : path-like
    file_format : {"skops", "joblib"}, default="skops"
        A skops file opens without running code that it holds. A joblib file can hold any model.

    Raises
    ------
    ValueError
        If the model has parts that the file cannot hold or that :func:`load_model` would not trust.
    """
    check_choice(file_format, "file_format", _OWNER, FORMATS)
    _write_whole(Path(path), _pack(model) if file_format == "skops" else _pickle(model))


def check_format(model: Estimator, file_format: str, name: str) -> None:
    """Raise ValueError if a file could not hold a model, which need not be fitted, of the strategy `name`."""
    check_choice(file_format, "file_format", "fit_model", FORMATS)
    try:
        _pack(model) if file_format == "skops" else _pickle(model)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _pack(model: Estimator) -> bytes:
    """Return the content of a skops file."""
    import skops.io

    cure = "Save it in the format joblib, or leave it out."
    try:
        check_parts(model)
        content = skops.io.dumps(model, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
        unknown = _untrusted(skops.io.get_untrusted_types(data=content))
    except Exception as error:  # whatever a foreign object raises when it is taken apart
        raise ValueError(f"A skops file cannot hold this model: {str(error).rstrip('.')}. {cure}") from error
    if any(name.endswith(".PackedModel") for name in unknown):
        raise ValueError(f"A skops file cannot hold a Keras model, which may run code when it is opened. {cure}")
    if unknown:
        raise ValueError(f"A skops file of this model could not be opened again: {_name(unknown)} not trusted. {cure}")
    return content


def _pickle(model: Estimator) -> bytes:
    """Return the content of a joblib file."""
    import joblib

    content = io.BytesIO()
    try:
        joblib.dump(model, content)
    except Exception as error:  # such as a lambda, which has no name to be found by
        raise ValueError(f"A joblib file cannot hold this model: {str(error).rstrip('.')}.") from error
    return content.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that takes its name when it is complete, so that a full disk spoils no older one."""
    if path.exists() and not path.is_file():  # a device or a pipe, which nothing may replace
        path.write_bytes(content)
        return
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def load_model(path: str | os.PathLike[str], *, trust: bool = False) -> FittedModel:
    """Read a model from a file that :func:`save_model` wrote.

    Parameters
    ----------
    path : path-like
    trust : bool, default=False
        Open a joblib file, or a skops file with types that are not in :data:`TRUSTED_TYPES`: either may run any code.

    Returns
    -------
    FittedModel

    Raises
    ------
    OSError
        If there is no such file.
    ValueError
        If it needs `trust`, is damaged, or holds no model.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"No such file: {path}.")
    model = _load_skops(path, trust) if zipfile.is_zipfile(path) else _load_joblib(path, trust)
    if not isinstance(model, FittedModel):
        raise ValueError(f"{path} holds a {type(model).__name__}, not a model of skweighted fit.")
    return model


def _load_skops(path: Path, trust: bool) -> object:
    import skops.io

    try:
        unknown = _untrusted(skops.io.get_untrusted_types(file=path))
        if trust:
            return skops.io.load(path, trusted=[*TRUSTED_TYPES, *unknown])
        if not unknown:
            check_schema(path)
            with opening_untrusted_file():
                model = skops.io.load(path, trusted=[*TRUSTED_TYPES])
            check_parts(model)
            return model
    except Exception as error:  # of any kind, because the file may hold anything
        raise ValueError(f"{path} is not a skops file of a model, or a damaged one: {error}.") from error
    raise ValueError(
        f"{path} holds parts that skweighted does not write: {_name(unknown)} not trusted, because they may run any "
        "code. Open it only if you know where it comes from: --trust, or trust=True."
    )


def _load_joblib(path: Path, trust: bool) -> object:
    import joblib

    if not trust:
        raise ValueError(
            f"{path} is not a skops file. A joblib file runs whatever code it holds when it is opened. Open it only if "
            "you know where it comes from: --trust, or trust=True."
        )
    try:
        return joblib.load(path)
    except Exception as error:  # of any kind, because the file may hold anything
        raise ValueError(f"{path} is not a joblib file of a model, or a damaged one: {error}.") from error


def _untrusted(types: list[str]) -> list[str]:
    return sorted(set(types) - set(TRUSTED_TYPES))


def _name(types: list[str]) -> str:
    return f"{', '.join(types)} {'is' if len(types) == 1 else 'are'}"
