"""Train each case with the compiled engine, with plain Keras and with the Keras engine, in double precision.

Run as ``python parity_runs.py``; prints, as JSON, how far the trained weights lie apart. A process of its own, because
Keras' precision belongs to the process. Constants are exact in float32, the precision Keras rounds some of its own to.
"""

import functools
import json

import numpy as np

from skweighted.batches import Shuffled, draw_epoch
from skweighted.engines import make_engine
from skweighted.engines.keras import to_keras
from skweighted.engines.plan import NetworkState, Settings, TrainingData, TrainingPlan
from skweighted.engines.randomness import SHUFFLES, random_generator
from skweighted.losses import CrossEntropy
from skweighted.network import Architecture, initial_params
from skweighted.optimizers import SGD, Adam, AdamW, RMSprop

BETAS = {"beta_1": 0.875, "beta_2": 1 - 2**-8, "epsilon": 2**-20}
OPTIMIZERS = {
    "sgd": (SGD(), 2**-4),
    "momentum": (SGD(momentum=0.875), 2**-6),
    "nesterov": (SGD(momentum=0.875, nesterov=True), 2**-6),
    "adam": (Adam(**BETAS), 2**-7),
    "adamw": (AdamW(weight_decay=2**-5, **BETAS), 2**-7),
    "adamw without biases": (AdamW(weight_decay=2**-5, decay_biases=False, **BETAS), 2**-7),
    "sgd clipped": (SGD(global_clipnorm=2**-3), 2**-4),
    "adam averaged": (Adam(ema_momentum=0.75, **BETAS), 2**-7),
    "rmsprop": (RMSprop(rho=0.875, epsilon=2**-20), 2**-8),
    "rmsprop with momentum": (RMSprop(rho=0.875, momentum=0.5, epsilon=2**-20), 2**-8),
}
# Class weights of two networks and their alpha: off and on alone for three classes, together for two.
VARIANTS = {2: [([1, 1], 0.0), ([0.5, 4], 2**-5)], 3: [([0.5, 1, 4], 0.0), ([1, 1, 1], 2**-5)]}
CASES = [f"{name}, {n_classes} classes" for name in (*OPTIMIZERS, "adam on relu") for n_classes in VARIANTS]
N_ROWS, BATCH_SIZE, EPOCHS = 90, 32, 3  # the third batch has 26 rows


def make_plans(case):
    """Return the two plans of a case."""
    name, n_classes = case.split(", ")[0], int(case.split(", ")[1][0])
    optimizer, learning_rate = OPTIMIZERS[name.removesuffix(" on relu")]
    generator = np.random.default_rng(0)
    X = generator.normal(size=(N_ROWS, 3))
    y = np.digitize(X[:, 0] + generator.normal(size=N_ROWS), [0.5, 1.2][: n_classes - 1]).astype(np.int32)
    architecture = Architecture((3, 5, 1 if n_classes == 2 else 3), "relu" if name.endswith("relu") else "tanh")
    params = initial_params(architecture, generator, np.full(n_classes, 1 / n_classes), "float64")
    rows = np.arange(N_ROWS, dtype=np.int32)
    data = TrainingData(X, y, generator.uniform(0.5, 1.5, size=N_ROWS))
    return [
        TrainingPlan(
            settings=Settings(
                architecture=architecture,
                loss=CrossEntropy(),
                optimizer=optimizer,
                batches=Shuffled(),
                batch_size=BATCH_SIZE,
                steps_per_epoch=None,
                epochs=EPOCHS,
                dtype="float64",
            ),
            data=data,
            rows=rows,
            validation_rows=rows[:0],
            seed=7,
            state=NetworkState(params),
            class_weight=np.array(class_weight, dtype=np.float64),
            weight_scale=1.0,
            learning_rate=learning_rate,
            alpha=alpha,
            dropout=0.0,
            loss_values={},
        )
        for class_weight, alpha in VARIANTS[n_classes]
    ]


def train_with_plain_keras(plan):
    """Return the weights after training on the batches that the plan draws."""
    from skweighted.engines.keras._losses import to_keras_loss

    architecture = plan.settings.architecture
    model = to_keras(architecture, [plan.state.params], 0.0, plan.alpha)
    loss = to_keras_loss(plan.settings.loss, architecture.n_outputs, plan.loss_values)
    # Nine steps take less time than to trace and compile them.
    model.compile(optimizer=plan.settings.optimizer.to_keras(plan.learning_rate), loss=loss, run_eagerly=True)
    target = np.eye(architecture.n_classes)[plan.data.y][:, -architecture.n_outputs :]
    row_weight = plan.class_weight[plan.data.y] * plan.data.sample_weight
    generators = functools.partial(random_generator, plan.seed, SHUFFLES)
    for epoch in range(EPOCHS):
        order = draw_epoch(plan.settings.batches, plan.data.y, generators, epoch, BATCH_SIZE, None)
        for start in range(0, N_ROWS, BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            model.train_on_batch(plan.data.X[batch], target[batch], sample_weight=row_weight[batch])
    model.optimizer.finalize_variable_values(model.trainable_variables)  # as the end of ``fit`` does
    return model.get_weights()


def distance(some, others):
    """Return the largest difference between two lists of arrays."""
    return max(float(abs(a - b).max()) for a, b in zip(some, others, strict=True))


def run(case):
    """Return the distances, over the plans of a case, of each engine's weights from plain Keras'."""
    plans = make_plans(case)
    expected = [train_with_plain_keras(plan) for plan in plans]
    by_stack = [result.state.params for result in make_engine("compiled").train(plans)]
    by_engine = [result.state.params for result in make_engine("keras").train(plans[1:])]
    return {
        "compiled": max(map(distance, by_stack, expected)),
        "keras engine": distance(by_engine[0], expected[1]),
        "moved": min(distance(weights, plans[0].state.params) for weights in expected),
    }


if __name__ == "__main__":
    import keras

    keras.config.set_floatx("float64")
    print(json.dumps({case: run(case) for case in CASES}))
