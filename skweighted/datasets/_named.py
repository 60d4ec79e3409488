"""Tables by name: one that is always there, and those of a folder that an environment variable names."""

import os
from pathlib import Path

import pandas as pd
from sklearn.datasets import load_digits

from skweighted._base.errors import did_you_mean
from skweighted.datasets._reading import load_table

__all__ = ["DATA_VARIABLE", "find_dataset", "load_dataset", "load_digits_8"]

DATA_VARIABLE = "SKWEIGHTED_DATA"
"""The environment variable that names the folder :func:`load_dataset` reads."""


def load_digits_8() -> tuple[pd.DataFrame, pd.Series]:
    """Return scikit-learn's embedded handwritten digits as "8 against the rest".

    Returns
    -------
    X : DataFrame of shape (1797, 64)
        Grey values of 8 x 8 pixels, 0 to 16.
    y : Series of shape (1797,)
        1 for the 174 images of an 8, 0 for the 1,623 others: about 9 to 1.

    Examples
    --------
    >>> X, y = load_digits_8()
    >>> y.value_counts().to_dict()
    {0: 1623, 1: 174}
    """
    X, digit = load_digits(return_X_y=True, as_frame=True)
    return X, (digit == 8).astype(int).rename("is_8")


def find_dataset(name: str) -> Path:
    """Return the path of the data set `name` in the folder that ``SKWEIGHTED_DATA`` names.

    Parameters
    ----------
    name : str
        File name without its ending, such as ``"mammography"``; ``.csv``, ``.csv.gz`` and ``.npz`` are looked for.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If the variable is unset, the folder is not there, or it holds no such set.
    """
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        raise FileNotFoundError(
            f"The environment variable {DATA_VARIABLE} is not set; set it to the folder that holds {name!r}, or fetch "
            "a public set with imblearn.datasets.fetch_datasets or sklearn.datasets.fetch_openml."
        )
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"{DATA_VARIABLE} names {folder!r}, which is not a folder.")
    endings = (".csv", ".csv.gz", ".npz")
    for ending in endings:
        if (path := Path(folder, name + ending)).is_file():
            return path
    names = sorted(p.name.partition(".")[0] for p in Path(folder).iterdir() if p.name.endswith(endings))
    raise FileNotFoundError(f"No data set {name!r} in {folder!r}. {did_you_mean(name, names)}".rstrip())


def load_dataset(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Read the data set `name` from the folder that ``SKWEIGHTED_DATA`` names.

    Parameters
    ----------
    name : str
        As in :func:`find_dataset`.

    Returns
    -------
    X : DataFrame of shape (n_samples, n_features)
        Every column but the last.
    y : Series of shape (n_samples,)
        The last column, labels as they stand in the file. Of an ``.npz`` file, its arrays ``X`` and ``y``.

    Raises
    ------
    FileNotFoundError
        As in :func:`find_dataset`.
    ValueError
        As in :func:`read_table`.
    """
    table = load_table(find_dataset(name), -1)
    return table.X, table.y
