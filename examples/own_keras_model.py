"""A Keras model of your own with class weights by label."""

from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split

from skweighted import CostSensitiveMLPClassifier

X, y = make_classification(600, 10, weights=[0.9], random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)


def build(meta):
    """Return a network with a residual connection; of two classes it ends in the probability of the second."""
    import keras

    inputs = keras.Input((meta["n_features_in_"],))
    hidden = keras.layers.Dense(16, activation="relu")(inputs)
    hidden = keras.layers.add([hidden, keras.layers.Dense(16, activation="relu")(hidden)])
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))


model = CostSensitiveMLPClassifier(model=build, class_weight={0: 1, 1: 9}, epochs=15, batch_size=50, random_state=0)
probability = model.fit(X_train, y_train).predict_proba(X_test)[:, 1]
print(f"average precision {average_precision_score(y_test, probability):.3f}, chance {y_test.mean():.3f}")
model.model_.summary()
