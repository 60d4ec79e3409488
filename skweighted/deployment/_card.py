"""What is known about a fitted model: plain values that can be shown as text or kept as JSON."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["CARD_HEADING", "Card"]


CARD_HEADING = "# Model card: "
"""With this each card in Markdown begins."""


@dataclass
class Card:
    """The facts about a fitted model. All values are plain, so that JSON can hold them.

    Attributes
    ----------
    data : dict
        ``"name"``, ``"target"``, ``"rows"``, ``"positive"``, and ``"classes"``, pairs of label and rows.
    columns : list of dict
        What :meth:`Column.facts` returns, for each.
    strategy : dict
        ``"name"``, ``"description"``, ``"classifier"``, and ``"compared"``, the strategies it was chosen from with
        their score, if it was.
    threshold : dict or None
        ``"value"``, ``"rule"`` and ``"warnings"``.
    protocol : str
        How the scores were found.
    scores : dict of str to dict
        ``"mean"`` and ``"sd"`` over the test folds of each score.
    importance : list of dict
        ``"column"``, ``"mean"`` and ``"sd"``, the most important first; empty if it was not asked for.
    versions : dict of str to str
    created : str
    command : str
        The command that made it; empty for Python.
    """

    data: dict[str, Any]
    columns: list[dict[str, Any]]
    strategy: dict[str, Any]
    threshold: dict[str, Any] | None
    protocol: str
    scores: dict[str, dict[str, float]]
    importance: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    created: str = ""
    command: str = ""

    def to_json(self) -> str:
        """Return the facts as JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str)

    def to_markdown(self) -> str:
        """Return the facts as a page of Markdown."""
        parts = [
            f"{CARD_HEADING}{self.data['target']}",
            _describe_data(self),
            _describe_strategy(self),
            _describe_threshold(self),
            f"## Scores\n\n{self.protocol}\n\n{_score_table(self.scores)}",
            _describe_importance(self),
            f"## Columns\n\n{_column_table(self.columns)}",
            _describe_origin(self),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"


def _describe_data(card: Card) -> str:
    n_rows = card.data["rows"]
    classes = "\n".join(f"- `{label}`: {count:,} rows ({count / n_rows:.2%})" for label, count in card.data["classes"])
    positive = "" if card.data["positive"] is None else f"\n\nThe positive class is `{card.data['positive']}`."
    return f"## Data\n\n{card.data['name']}: {n_rows:,} rows, {len(card.columns):,} columns.\n\n{classes}{positive}"


def _describe_strategy(card: Card) -> str:
    text = f"## Strategy\n\n`{card.strategy['name']}`: {card.strategy['description']}"
    text += f"\n\n```\n{card.strategy['classifier']}\n```"
    if compared := card.strategy.get("compared"):
        rows = [[name, f"{score:.3f}"] for name, score in compared["scores"]]
        text += f"\n\nChosen by mean {compared['metric']}:\n\n{_table(['strategy', compared['metric']], rows)}"
    return text


def _describe_threshold(card: Card) -> str:
    if card.threshold is None:
        return "## Decision\n\nThe strategy's own."
    warnings = "".join(f"\n\n**{warning}**" for warning in card.threshold["warnings"])
    return (
        f"## Decision\n\nA row is called `{card.data['positive']}` if its probability is at least "
        f"{card.threshold['value']:.4g}. The threshold {card.threshold['rule']}.{warnings}"
    )


def _describe_importance(card: Card) -> str:
    if not card.importance:
        return ""
    rows = [[entry["column"], f"{entry['mean']:.4f} ± {entry['sd']:.4f}"] for entry in card.importance]
    return (
        "## Permutation importance\n\nThe loss of the ranking score on test folds if the values of a column are "
        f"shuffled.\n\n{_table(['column', 'loss'], rows)}"
    )


def _describe_origin(card: Card) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    command = f"\n\n```\n{card.command}\n```" if card.command else ""
    return f"## Made\n\n{card.created}, with {versions}.{command}"


def _score_table(scores: dict[str, dict[str, float]]) -> str:
    rows = [[name, f"{score['mean']:.3f} ± {score['sd']:.3f}"] for name, score in scores.items()]
    return _table(["score", "mean ± sd"], rows)


def _column_table(columns: list[dict[str, Any]]) -> str:
    rows = [[c["name"], c["holds"], f"{c['n_missing']:,}", _range(c)] for c in columns]
    return _table(["column", "holds", "missing", "values"], rows)


def _range(column: dict[str, Any]) -> str:
    if column["holds"] == "categories":
        known = column["categories"]
        return "many" if known is None else ", ".join(known[:5]) + (f" and {len(known) - 5} more" * (len(known) > 5))
    if column["low"] is None:
        return ""
    low, high = (f"{end:g}" if isinstance(end, float) else end for end in (column["low"], column["high"]))
    return f"{low} to {high}"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
