"""The last step of a pipeline, however deep."""

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skweighted._base.pipelines import last_step, last_step_name, with_last_step


def make_nested(last):
    return Pipeline([("scale", StandardScaler()), ("inner", Pipeline([("more", "passthrough"), ("clf", last)]))])


def test_the_last_step_of_a_pipeline_in_a_pipeline_is_never_a_pipeline():
    """Its name is the one that `set_params` takes."""
    model = make_nested(LogisticRegression())
    assert last_step(model) is model.get_params()[last_step_name(model)]
    assert last_step(last_step(model)) is last_step(model)
    assert last_step_name(last_step(model)) == ""


def test_another_last_step_leaves_the_original_as_it_was():
    """The steps before the last are shared, the pipelines are not."""
    model, other = make_nested(LogisticRegression()), LogisticRegression(C=2)
    changed = with_last_step(model, other)
    assert last_step(changed) is other
    assert last_step(model) is not other
    assert changed["scale"] is model["scale"]
