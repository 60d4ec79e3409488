"""What stands before the first layer: embeddings and the front scale, in NumPy, in TensorFlow and in Keras."""

import numpy as np
import pytest
from scipy import sparse

from skweighted.embeddings import EMBEDDINGS, Periodic, PiecewiseLinear
from skweighted.embeddings._cosine import cosines_of_turns
from skweighted.network import (
    Architecture,
    forward,
    forward_pass,
    forward_tensors,
    initial_params,
    split_members,
    to_keras,
    to_probabilities,
)

X = np.random.default_rng(0).normal(size=(40, 3))
FRONTS = [{"front_scale": True}, *({"embedding": cls()} for cls in EMBEDDINGS.values())]
FRONTS += [{"embedding": Periodic(5, n_outputs=3), "front_scale": True, "committee": "batch", "n_members": 2}]


def params_of(architecture, seed=1):
    """Return parameters away from where training starts, so that each of them matters."""
    generator = np.random.default_rng(seed)
    start = initial_params(architecture, generator, np.full(architecture.n_classes, 0.5), "float64", X)
    return [param + 0.1 * generator.normal(size=param.shape) for param in start]


@pytest.mark.parametrize("front", FRONTS, ids=str)
def test_numpy_and_tensorflow_agree_for_dense_and_sparse_rows(front):
    """With scales multiplied into the weights as without."""
    import tensorflow as tf

    architecture = Architecture((3, 6, 1), "tanh", **front)
    params, rows = params_of(architecture), np.where(X > 0, X, 0)
    logits = forward(architecture, params, rows)
    tensors = forward_tensors(architecture, [tf.constant(param) for param in params], tf.constant(rows))
    np.testing.assert_allclose(tensors.numpy(), logits, atol=1e-9)
    np.testing.assert_allclose(forward(architecture, params, sparse.csr_array(rows)), logits, atol=1e-12)


@pytest.mark.parametrize("front", FRONTS, ids=str)
def test_gradients_are_those_of_finite_differences(front):
    """Along a random direction of each parameter, in a stack of two networks."""
    import tensorflow as tf

    architecture = Architecture((3, 6, 1), "tanh", **front)
    stacked = [np.stack(arrays) for arrays in zip(params_of(architecture), params_of(architecture, 2), strict=True)]
    generator, rows = np.random.default_rng(3), tf.constant(np.stack([X, X[::-1]]))
    slope = generator.normal(size=(2, 40 * architecture.n_members, 1))

    def value(params):
        return float(np.vdot(forward_pass(architecture, list(map(tf.constant, params)), rows).logits, slope))

    passed = forward_pass(architecture, list(map(tf.constant, stacked)), rows)
    gradients = passed.gradients(tf.constant(slope), None, fuse=False)
    names = [parameter.name for parameter in architecture.parameters]
    for number, (name, param, gradient) in enumerate(zip(names, stacked, gradients, strict=True)):
        if name == "edges":
            assert not np.any(gradient)  # they stay where they are
            continue
        step = 1e-5 * generator.normal(size=param.shape)
        ends = [[*stacked[:number], param + sign * step, *stacked[number + 1 :]] for sign in (1, -1)]
        assert (value(ends[0]) - value(ends[1])) / 2 == pytest.approx(np.vdot(gradient, step), rel=1e-5, abs=1e-11)


def test_a_front_scale_starts_as_the_plain_network():
    """At first it multiplies by 1."""
    plain, scaled = Architecture((3, 6, 1), "relu"), Architecture((3, 6, 1), "relu", front_scale=True)
    values = [
        initial_params(each, np.random.default_rng(0), np.array([0.9, 0.1]), "float64") for each in (plain, scaled)
    ]
    (folded,) = split_members(scaled, values[1])
    np.testing.assert_allclose(forward(scaled, values[1], X), forward(plain, values[0], X), atol=1e-12)
    for found, expected in zip(folded, values[0], strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_members_flip_all_numbers_of_a_column_at_first():
    """A member's random sign is that of a column, as in TabM."""
    architecture = Architecture((3, 6, 1), "relu", "mini", 5, embedding=Periodic(n_outputs=4))
    params = initial_params(architecture, np.random.default_rng(0), np.array([0.9, 0.1]), "float64", X)
    signs = architecture.select("scale", params)[0].reshape(5, 3, 4)
    np.testing.assert_array_equal(signs, np.repeat(signs[:, :, :1], 4, axis=2))
    assert len(np.unique(signs[:, :, 0], axis=0)) > 1


def test_the_periodic_embedding_is_its_formula():
    """A column as it is, then sums of cosines of that column alone."""
    embedding, generator = Periodic(2, n_outputs=3), np.random.default_rng(0)
    frequency, phase, weight, bias = params = embedding.initial(generator, X)
    found = embedding.array(params, X).reshape(40, 3, 3)
    np.testing.assert_array_equal(found[:, :, 0], X)
    for column, number in ((0, 1), (2, 0)):
        cosines = np.cos(2 * np.pi * np.outer(X[:, column], frequency[column]) + phase[column])
        expected = cosines @ weight[column, :, number] + bias[column, number]
        np.testing.assert_allclose(found[:, column, 1 + number], expected, atol=1e-12)


def test_cosines_of_turns_and_their_slope_are_exact():
    """Over many turns either way, at least to twelve and nine digits."""
    import tensorflow as tf

    turns = tf.constant(np.linspace(-3.3, 3.3, 2001))
    with tf.GradientTape() as tape:
        tape.watch(turns)
        cosines = cosines_of_turns(turns)
    np.testing.assert_allclose(cosines, np.cos(2 * np.pi * turns), atol=2e-12)
    slope = tape.gradient(cosines, turns)
    np.testing.assert_allclose(slope, -2 * np.pi * np.sin(2 * np.pi * turns.numpy()), atol=2e-9)


def test_the_piecewise_linear_embedding_is_its_formula():
    """Lines at first; then bends at quantiles of the column, constant columns and equal edges included."""
    embedding, generator = PiecewiseLinear(2, n_outputs=1), np.random.default_rng(0)
    rows = np.column_stack([np.arange(9.0), np.full(9, 5.0), [0.0] * 8 + [1.0]])
    edges, weight, slope, bias = embedding.initial(generator, rows)
    np.testing.assert_array_equal(edges, [[0, 4, 8], [5, 5, 5], [0, 0, 1]])
    lines = rows * slope[:, 0] + bias[:, 0]
    np.testing.assert_allclose(embedding.array([edges, weight, slope, bias], rows), lines, atol=1e-12)
    new = np.array([[2.0, 4, 0.5], [6, 5, 0], [99, 6, 1]])
    bent = embedding.array([edges, np.broadcast_to([[1.0], [10.0]], weight.shape), slope, bias], new)
    bent -= new * slope[:, 0] + bias[:, 0]
    np.testing.assert_allclose(bent, [[0.5, 0, 6], [6, 0, 0], [11, 11, 11]], atol=1e-9)


@pytest.mark.parametrize("name", sorted(EMBEDDINGS))
def test_embeddings_of_equal_parameters_are_equal(name):
    """So that networks with equal ones train in one stack."""
    one, other = EMBEDDINGS[name](), EMBEDDINGS[name]()
    assert one == other
    assert hash(one) == hash(other)
    assert Architecture((3, 1), "relu", embedding=one) == Architecture((3, 1), "relu", embedding=other)
    assert one != other.set_params(**{next(iter(other.get_params())): 3})


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")  # Keras' own
@pytest.mark.parametrize("name", sorted(EMBEDDINGS))
def test_keras_answers_the_same(name, tmp_path):
    """Also after a model was saved and loaded."""
    import keras

    architecture = Architecture((3, 6, 1), "relu", embedding=EMBEDDINGS[name]())
    params = params_of(architecture)
    expected = to_probabilities(forward(architecture, params, X))[:, 1]
    model = to_keras(architecture, [params], 0.0, 0.0)
    model.save(tmp_path / "model.keras")
    for each in (model, keras.models.load_model(tmp_path / "model.keras")):
        np.testing.assert_allclose(each(X).numpy()[:, 0], expected, atol=1e-5)
