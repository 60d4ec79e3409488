"""Strategies that drop, repeat or make training rows; and those that repair the probabilities afterwards.

Only a change of class shares can be repaired: exactly after random sampling, approximately after SMOTE. A sampler that
cleans the border between classes changes more than the shares, and has no repaired twin.
"""

from typing import Any

from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import EditedNearestNeighbours, RandomUnderSampler, TomekLinks

from skweighted.meta import PriorCorrectedClassifier
from skweighted.strategies._base import STRATEGIES, Context, Strategy
from skweighted.strategies._samplers import EncodedSampler, MixedTableSmote, check_neighbours

__all__ = [
    "Adasyn",
    "BorderlineSmote",
    "CorrectedOversample",
    "CorrectedSmote",
    "CorrectedSmote2To1",
    "CorrectedUndersample",
    "CorrectedUndersample2To1",
    "Enn",
    "Oversample",
    "Smote",
    "Smote2To1",
    "SmoteEnn",
    "SmoteTomek",
    "Smotenc",
    "Tomek",
    "Undersample",
    "Undersample2To1",
]


class _Sampling(Strategy):
    family = "resampling"
    probabilities = "rare too high"


@STRATEGIES.register("smote")
class Smote(_Sampling):
    """SMOTE: make rows of the rare classes between neighbours until all classes are of a size.

    The columns are encoded and scaled before, so a made row can have a share of a category; `smotenc` picks whole
    categories.

    Parameters
    ----------
    k_neighbors : int, default=5
        Neighbours to choose from; a training fold with fewer rows of a class uses those there are.
    """

    source = "Chawla et al. 2002"

    def __init__(self, k_neighbors: int = 5) -> None:
        self.k_neighbors = k_neighbors

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return a SMOTE that lowers `k_neighbors` if a class is too small for it."""
        return EncodedSampler(SMOTE(k_neighbors=self.k_neighbors, random_state=random_state), neighbors="k_neighbors")

    def check_class_counts(self, class_counts: dict[Any, int]) -> None:
        """Raise if a class has a single row, which has no neighbour."""
        check_neighbours(class_counts)


@STRATEGIES.register("undersample")
class Undersample(_Sampling):
    """Random undersampling: drop rows of the frequent classes until all classes are of a size."""

    source = "Kubat & Matwin 1997"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return a random undersampler."""
        return EncodedSampler(RandomUnderSampler(random_state=random_state))


@STRATEGIES.register("oversample")
class Oversample(_Sampling):
    """Random oversampling: repeat rows of the rare classes until all classes are of a size."""

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return a random oversampler."""
        return EncodedSampler(RandomOverSampler(random_state=random_state))


@STRATEGIES.register("undersample_2to1")
class Undersample2To1(_Sampling):
    """Random undersampling of the frequent classes to twice the rows of the smallest."""

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return a random undersampler."""
        return EncodedSampler(RandomUnderSampler(random_state=random_state), ratio=0.5, makes_rows=False)


@STRATEGIES.register("smote_2to1")
class Smote2To1(Smote):
    """SMOTE until every rare class has half the rows of the most frequent."""

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return a SMOTE that lowers `k_neighbors` if a class is too small for it."""
        return super().make_sampler(random_state).set_params(ratio=0.5)


@STRATEGIES.register("smotenc")
class Smotenc(Smote):
    """SMOTE on the table before it is encoded: made rows have whole categories.

    It needs a column of categories and one of numbers. Missing values are filled before, so the network does not see
    which were missing.
    """

    takes_sparse = False

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline, whose sampler comes before the preprocessor."""
        self.check_classifier(context.classifier)
        sampler = MixedTableSmote(k_neighbors=self.k_neighbors, random_state=context.seed)
        classifier = self.adapt_classifier(context.make_classifier())
        return Pipeline([("resample", sampler), ("preprocess", context.make_preprocessor()), ("classify", classifier)])

    def check_columns(self, column_kinds: dict[str, int]) -> None:
        """Raise without a column of categories, or without any other."""
        n_categorical = column_kinds.get("categorical", 0)
        if not n_categorical or n_categorical == sum(column_kinds.values()):
            raise ValueError(
                f"The strategy {self.key!r} needs columns of categories and of numbers; {n_categorical} of "
                f"{sum(column_kinds.values())} columns are categories. Use 'smote'."
            )


@STRATEGIES.register("borderline_smote")
class BorderlineSmote(Smote):
    """SMOTE from rare rows that are close to the other class only."""

    source = "Han et al. 2005"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return a borderline SMOTE that lowers `k_neighbors` if a class is too small for it."""
        sampler = BorderlineSMOTE(k_neighbors=self.k_neighbors, random_state=random_state)
        return EncodedSampler(sampler, neighbors="k_neighbors")


@STRATEGIES.register("adasyn")
class Adasyn(Smote):
    """ADASYN: make more rows from those rare rows that have more neighbours of other classes."""

    source = "He et al. 2008"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return an ADASYN that lowers its neighbours if a class is too small for them."""
        sampler = ADASYN(n_neighbors=self.k_neighbors, random_state=random_state)
        return EncodedSampler(sampler, neighbors="n_neighbors")


@STRATEGIES.register("smote_tomek")
class SmoteTomek(Smote):
    """SMOTE, then drop pairs of nearest neighbours from different classes."""

    probabilities = "spoilt"
    source = "Batista et al. 2004"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return the combined sampler."""
        sampler = SMOTETomek(
            smote=SMOTE(k_neighbors=self.k_neighbors, random_state=random_state), random_state=random_state
        )
        return EncodedSampler(sampler, neighbors="smote__k_neighbors")


@STRATEGIES.register("smote_enn")
class SmoteEnn(Smote):
    """SMOTE, then drop rows that their neighbours would classify wrongly."""

    probabilities = "spoilt"
    source = "Batista et al. 2004"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return the combined sampler."""
        sampler = SMOTEENN(
            smote=SMOTE(k_neighbors=self.k_neighbors, random_state=random_state), random_state=random_state
        )
        return EncodedSampler(sampler, neighbors="smote__k_neighbors")


@STRATEGIES.register("tomek")
class Tomek(_Sampling):
    """Tomek links: drop rows of frequent classes whose nearest neighbour, and theirs, is of another class."""

    probabilities = "spoilt"
    source = "Tomek 1976"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return the cleaning sampler, which has nothing random."""
        return EncodedSampler(TomekLinks())


@STRATEGIES.register("enn")
class Enn(_Sampling):
    """Edited nearest neighbours: drop rows of frequent classes that their neighbours would classify wrongly."""

    probabilities = "spoilt"
    source = "Wilson 1972"

    def make_sampler(self, random_state: int | None) -> EncodedSampler:
        """Return the cleaning sampler, which has nothing random."""
        return EncodedSampler(EditedNearestNeighbours())


class _Repaired(Strategy):
    """The sampler of the class beside it, and probabilities at the class shares of the rows before sampling."""

    probabilities = "repaired"
    source = "Saerens et al. 2002"

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline; its last step samples, trains and repairs."""
        pipeline = super().build(context)
        before, sampler, classifier = (step for _, step in pipeline.steps)
        inner = Pipeline([("resample", sampler), ("classify", classifier)])
        steps = [("preprocess", before), ("resample", "passthrough")]
        return Pipeline([*steps, ("classify", PriorCorrectedClassifier(inner))])


@STRATEGIES.register("corrected_oversample")
class CorrectedOversample(_Repaired, Oversample):
    """Random oversampling, and probabilities repaired afterwards."""


@STRATEGIES.register("corrected_undersample")
class CorrectedUndersample(_Repaired, Undersample):
    """Random undersampling, and probabilities repaired afterwards."""

    source = "Dal Pozzolo et al. 2015"


@STRATEGIES.register("corrected_undersample_2to1")
class CorrectedUndersample2To1(_Repaired, Undersample2To1):
    """Random undersampling to two to one, and probabilities repaired afterwards."""

    source = "Dal Pozzolo et al. 2015"


@STRATEGIES.register("corrected_smote")
class CorrectedSmote(_Repaired, Smote):
    """SMOTE, and probabilities repaired afterwards as if its rows were real."""

    probabilities = "nearly repaired"


@STRATEGIES.register("corrected_smote_2to1")
class CorrectedSmote2To1(_Repaired, Smote2To1):
    """SMOTE to two to one, and probabilities repaired afterwards as if its rows were real."""

    probabilities = "nearly repaired"
