"""One call for the classifier that a study recommends."""

from typing import Any

from skweighted.classifier._recipe import make_members
from skweighted.classifier._tabular import TabularClassifier

__all__ = ["make_tabular_classifier"]


def make_tabular_classifier(
    *,
    class_weight: Any = None,
    probabilities: str = "corrected",
    member_weights: str = "equal",
    random_state: Any = None,
    verbose: int = 0,
    trees: bool = True,
    **kwargs: Any,
) -> TabularClassifier:
    """Return an unfitted classifier for tables as they come, with the members that did best in a study.

    Parameters
    ----------
    class_weight, probabilities, member_weights, random_state, verbose
        As in :class:`TabularClassifier`.
    trees : bool, default=True
        Whether extremely randomised trees and gradient boosting are members beside the networks.
    **kwargs : dict
        Parameters of `CostSensitiveMLPClassifier`, for every network: ``epochs=30``, ``n_networks=2``. By default there
        are 4 networks, ``epochs="auto"`` and ``learning_rate=Cosine(5e-3)``.

    Returns
    -------
    TabularClassifier
        Its members are listed, so that a search reaches their parameters, too.

    Raises
    ------
    TypeError
        For a keyword that is not a parameter of `CostSensitiveMLPClassifier`.

    Examples
    --------
    >>> clf = make_tabular_classifier(random_state=0)
    >>> [name for name, _ in clf.members]
    ['deep', 'normal', 'piecewise', 'extra_trees', 'boosted_trees']
    """
    members = make_members(trees, **kwargs)
    return TabularClassifier(
        members,
        class_weight=class_weight,
        probabilities=probabilities,
        member_weights=member_weights,
        random_state=random_state,
        verbose=verbose,
    )
