"""The neighbours the benchmarks measure against, each set up to train the same network for the same steps."""

import contextlib
import os
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np
from sklearn.neural_network import MLPClassifier

from skweighted import CostSensitiveMLPClassifier

ADAM, SGD = ("adam", 1e-3), ("sgd", 1e-2)


def make_rows(n_samples: int, n_features: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return scaled float32 inputs and labels of which about one in twelve is 1."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, n_features)).astype(np.float32)
    score = X[:, 0] + X[:, -1] ** 2 + 0.3 * rng.normal(size=n_samples)
    return X, (score > 2.5).astype(int)


def ours(
    hidden: tuple, batch_size: int, epochs: int, optimizer: tuple = ADAM, **parameters
) -> CostSensitiveMLPClassifier:
    """Return the classifier of this library."""
    name, rate = optimizer
    return CostSensitiveMLPClassifier(
        hidden,
        batch_size=batch_size,
        epochs=epochs,
        optimizer=name,
        learning_rate=rate,
        **{"random_state": 0} | parameters,
    )


def mlp(hidden: tuple, batch_size: int, epochs: int, optimizer: tuple = ADAM) -> MLPClassifier:
    """Return scikit-learn's classifier, kept from stopping early."""
    name, rate = optimizer
    return MLPClassifier(
        hidden,
        solver=name,
        learning_rate_init=rate,
        momentum=0.0,
        batch_size=batch_size,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        random_state=0,
    )


def scikeras(hidden: tuple, batch_size: int, epochs: int, optimizer: tuple = ADAM):
    """Return scikeras' classifier of the same network."""
    import keras
    from scikeras.wrappers import KerasClassifier

    name, rate = optimizer
    classes = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}

    def build(meta: dict) -> keras.Model:
        layers = [keras.Input((meta["n_features_in_"],)), *(keras.layers.Dense(h, activation="relu") for h in hidden)]
        model = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
        model.compile(classes[name](learning_rate=rate), keras.losses.BinaryCrossentropy())
        return model

    return KerasClassifier(model=build, batch_size=batch_size, epochs=epochs, verbose=0)


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def by_epochs(make: Callable[[int], object], X: np.ndarray, y: np.ndarray, epochs: int, few: tuple[int, int]) -> float:
    """Return the time of `epochs` epochs, estimated from two shorter fits where `few` is shorter."""
    low, high = few
    if high >= epochs:
        return seconds(lambda: make(epochs).fit(X, y))
    short, longer = (seconds(lambda n=n: make(n).fit(X, y)) for n in few)
    return short + (longer - short) / (high - low) * (epochs - low)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hide the warnings of unconverged peers."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
