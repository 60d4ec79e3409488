"""Members that share weights: the same answers in NumPy, in TensorFlow and as networks of their own."""

import numpy as np
import pytest
from scipy import sparse

from skweighted.network import (
    Architecture,
    forward,
    forward_pass,
    forward_tensors,
    initial_params,
    mean_log_probabilities,
    split_members,
)

X = np.random.default_rng(0).normal(size=(40, 3))
SHARED = ["mini", "batch"]
SIZES = [(3, 6, 4, 1), (3, 5, 3), (3, 1)]


def params_of(architecture, seed=1):
    """Return parameters away from where training starts, so that each of them matters."""
    generator = np.random.default_rng(seed)
    prior = np.full(architecture.n_classes, 1 / architecture.n_classes)
    start = initial_params(architecture, generator, prior, "float64")
    return [param + 0.3 * generator.normal(size=param.shape) for param in start]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("committee", SHARED)
def test_numpy_tensorflow_and_the_members_alone_agree(committee, sizes):
    """The logits are those of the mean probability of the networks that `split_members` returns."""
    import tensorflow as tf

    architecture = Architecture(sizes, "tanh", committee, 3)
    params = params_of(architecture)
    logits = forward(architecture, params, X)
    tensors = forward_tensors(architecture, [tf.constant(param) for param in params], tf.constant(X))
    np.testing.assert_allclose(tensors.numpy(), logits, atol=1e-12)
    members = split_members(architecture, params)
    assert [param.shape for param in members[0]] == architecture.member.shapes
    together = mean_log_probabilities([forward(architecture.member, member, X) for member in members])
    expected = together[:, 1:] - together[:, :1] if sizes[-1] == 1 else together
    np.testing.assert_allclose(logits, expected, atol=1e-12)


@pytest.mark.parametrize("committee", SHARED)
def test_one_member_without_scales_is_the_plain_network(committee):
    """Its logits and its gradients are those of the network without a committee."""
    import tensorflow as tf

    plain, shared = Architecture((3, 6, 4, 1), "relu"), Architecture((3, 6, 4, 1), "relu", committee, 1)
    values = dict(zip((p.name for p in plain.parameters), params_of(plain), strict=True))
    params = [tf.constant(np.reshape(values.get(p.name, np.ones(p.shape)), p.shape)) for p in shared.parameters]
    one, other = (
        forward_pass(shared, params, tf.constant(X)),
        forward_pass(plain, list(map(tf.constant, values.values())), tf.constant(X)),
    )
    np.testing.assert_allclose(one.logits, other.logits, atol=1e-12)
    slope = tf.constant(np.random.default_rng(2).normal(size=(40, 1)))
    gradients = [pass_.gradients(slope, tf.ones((1, 40), tf.float64), fuse=False) for pass_ in (one, other)]
    by_name = dict(zip((p.name for p in shared.parameters), gradients[0], strict=True))
    for name, expected in zip(values, gradients[1], strict=True):
        np.testing.assert_allclose(np.reshape(by_name[name], expected.shape), expected, atol=1e-10)


@pytest.mark.parametrize("committee", SHARED)
def test_gradients_are_those_of_finite_differences(committee):
    """Along a random direction of each parameter."""
    import tensorflow as tf

    architecture = Architecture((3, 6, 4, 3), "tanh", committee, 2)
    params, generator = params_of(architecture), np.random.default_rng(3)
    slope = generator.normal(size=(80, 3))

    def value(params):
        return float(np.vdot(forward_pass(architecture, list(map(tf.constant, params)), tf.constant(X)).logits, slope))

    gradients = forward_pass(architecture, list(map(tf.constant, params)), tf.constant(X)).gradients(
        tf.constant(slope), None, fuse=False
    )
    for number, (param, gradient) in enumerate(zip(params, gradients, strict=True)):
        step = 1e-5 * generator.normal(size=param.shape)
        ends = [[*params[:number], param + sign * step, *params[number + 1 :]] for sign in (1, -1)]
        assert (value(ends[0]) - value(ends[1])) / 2 == pytest.approx(np.vdot(gradient, step), rel=1e-6, abs=1e-11)


@pytest.mark.parametrize("committee", SHARED)
def test_a_stack_of_committees_is_as_many_forward_passes(committee):
    """A leading network axis changes nothing for each of them."""
    import tensorflow as tf

    architecture = Architecture((3, 6, 4, 1), "relu", committee, 2)
    networks = [params_of(architecture, seed) for seed in range(3)]
    stacked = [tf.constant(np.stack(arrays)) for arrays in zip(*networks, strict=True)]
    logits = forward_tensors(architecture, stacked, tf.constant(np.stack([X] * 3)))
    for params, own in zip(networks, logits.numpy(), strict=True):
        np.testing.assert_allclose(forward(architecture, params, X), own, atol=1e-12)


@pytest.mark.parametrize("committee", SHARED)
def test_members_start_with_random_signs_of_their_inputs(committee):
    """Other scales start at 1, and no two members see the inputs alike."""
    architecture = Architecture((30, 6, 4, 1), "relu", committee, 4)
    params = initial_params(architecture, np.random.default_rng(0), np.array([0.9, 0.1]), "float32")
    input_scale, *others = architecture.select("scale", params)
    assert set(np.unique(input_scale)) == {-1, 1}
    assert len(np.unique(input_scale, axis=0)) == 4
    assert all((scale == 1).all() for scale in others)


def test_members_read_sparse_rows():
    """Scales are part of the weights, so that zeros stay zeros."""
    architecture = Architecture((3, 6, 1), "relu", "mini", 2)
    params, masked = params_of(architecture), np.where(X > 0, X, 0)
    np.testing.assert_allclose(
        forward(architecture, params, sparse.csr_array(masked)), forward(architecture, params, masked), atol=1e-12
    )
