"""The network: the same answers in NumPy, in TensorFlow and as a Keras model."""

import numpy as np
import pytest
from scipy import sparse

from skweighted.network import (
    ACTIVATIONS,
    Architecture,
    forward,
    forward_tensors,
    initial_params,
    to_keras,
    to_probabilities,
)

X = np.random.default_rng(0).normal(size=(40, 3))
PRIOR = np.array([0.5, 0.3, 0.2])


def params_of(architecture, dtype="float64"):
    """Return initial parameters."""
    return initial_params(architecture, np.random.default_rng(1), PRIOR[: architecture.n_classes], dtype)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("sizes", [(3, 6, 4, 1), (3, 20, 9, 3), (3, 1)])
def test_numpy_and_tensorflow_agree_on_logits(activation, sizes):
    """For every activation, narrow layers and wide, two classes and more."""
    import tensorflow as tf

    architecture = Architecture(sizes, activation)
    params = params_of(architecture)
    tensors = forward_tensors(
        architecture, [tf.constant(p) for p in params], tf.constant(X), lambda hidden, layer: hidden
    )
    np.testing.assert_allclose(forward(architecture, params, X), tensors.numpy(), atol=1e-9)


def test_a_stack_of_networks_is_as_many_forward_passes():
    """A leading network axis changes nothing for each network."""
    import tensorflow as tf

    architecture = Architecture((3, 6, 4, 1), "relu")
    networks = [initial_params(architecture, np.random.default_rng(k), PRIOR[:2], "float64") for k in range(3)]
    stacked = [tf.constant(np.stack(arrays)) for arrays in zip(*networks, strict=True)]
    logits = forward_tensors(architecture, stacked, tf.constant(np.stack([X] * 3)), lambda hidden, layer: hidden)
    for params, own in zip(networks, logits.numpy(), strict=True):
        np.testing.assert_allclose(forward(architecture, params, X), own, atol=1e-12)


@pytest.mark.parametrize(("activation", "variance"), [("relu", 2 / 300), ("tanh", 2 / 500), ("selu", 1 / 300)])
def test_first_weights_have_the_variance_of_their_rule(activation, variance):
    """He, Glorot and LeCun."""
    params = params_of(Architecture((300, 200, 1), activation))
    assert np.var(params[0]) == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize(("sizes", "expected"), [((3, 4, 1), [np.log(0.3 / 0.5)]), ((3, 4, 3), np.log(PRIOR))])
def test_the_output_bias_starts_at_the_log_prior(sizes, expected):
    """So that training does not begin by learning the base rate."""
    np.testing.assert_allclose(params_of(Architecture(sizes, "relu"))[-1], expected)


def test_rows_of_a_sparse_matrix_give_the_logits_of_the_dense_one():
    """Prediction takes CSR as it is."""
    architecture = Architecture((3, 6, 1), "relu")
    params = params_of(architecture)
    masked = np.where(X > 0, X, 0)
    np.testing.assert_allclose(
        forward(architecture, params, sparse.csr_array(masked)), forward(architecture, params, masked)
    )


def test_long_inputs_are_predicted_in_chunks(monkeypatch):
    """Chunks change nothing but memory."""
    architecture = Architecture((3, 6, 1), "relu")
    params = params_of(architecture)
    whole = forward(architecture, params, X)
    monkeypatch.setattr("skweighted.network._forward._CHUNK_VALUES", 6 * 7)
    np.testing.assert_array_equal(forward(architecture, params, X), whole)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("sizes", [(3, 6, 4, 1), (3, 6, 3)])
def test_the_keras_model_has_the_probabilities_of_the_network(activation, sizes):
    """For every activation, two classes and more."""
    architecture = Architecture(sizes, activation)
    params = params_of(architecture, "float32")
    exported = np.asarray(to_keras(architecture, [params], 0.0, 0.0)(X.astype(np.float32)))
    expected = to_probabilities(forward(architecture, params, X))
    np.testing.assert_allclose(exported, expected[:, -exported.shape[1] :], atol=1e-6)
