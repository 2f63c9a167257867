"""Whether new data is reason enough to train again: how many rows came, and how classes grew.

Pure: counts come from whoever reads the data. Drift is another reason, and not judged here.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class RetrainBounds(BaseModel):
    """From when on it is worth a training."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_new_rows: int = Field(default=1000, ge=1)
    """So many rows more than the serving model was trained on."""
    min_class_growth: float = Field(default=0.10, gt=0, allow_inf_nan=False)
    """Or one class has grown by this share of what it was; 0.1 is a tenth."""


class RetrainDecision(BaseModel):
    """Whether to train again, and the numbers that say so."""

    model_config = ConfigDict(frozen=True)

    retrain: bool
    new_rows: int
    class_growth: dict[str, float | None]
    """Share by which each class has grown; None for one that was not there."""
    reasons: list[str]
    """One sentence for each bound that was reached, or the one that says that none was."""


def decide(
    before: Mapping[str, int], now: Mapping[str, int], bounds: RetrainBounds
) -> RetrainDecision:
    """Compare rows per class: of the data that the serving model has seen, and of today's.

    Raises ValueError for a negative count, and if rows have vanished: that is no new data, but
    another data set.
    """
    _refuse_negative(before)
    _refuse_negative(now)
    new_rows = sum(now.values()) - sum(before.values())
    if new_rows < 0:
        raise ValueError(
            f"there are {-new_rows:,} rows fewer than the model was trained on: compare with the "
            "data that it has seen"
        )
    growth = {name: _growth(before.get(name, 0), now[name]) for name in sorted(now) if now[name]}
    reasons = []
    if new_rows >= bounds.min_new_rows:
        reasons.append(f"{new_rows:,} new rows, at least {bounds.min_new_rows:,}")
    for name, share in growth.items():
        if share is None:
            reasons.append(f"class {name} is new, with {now[name]:,} rows")
        elif share >= bounds.min_class_growth:
            reasons.append(
                f"class {name} has grown by {share:.1%}, at least {bounds.min_class_growth:.1%}"
            )
    return RetrainDecision(
        retrain=bool(reasons),
        new_rows=new_rows,
        class_growth=growth,
        reasons=reasons or [_not_enough(new_rows, growth, bounds)],
    )


def _refuse_negative(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"class {name} has {count} rows: a count is 0 or more")


def _growth(before: int, now: int) -> float | None:
    return (now - before) / before if before else None


def _not_enough(new_rows: int, growth: Mapping[str, float | None], bounds: RetrainBounds) -> str:
    most = max((share for share in growth.values() if share is not None), default=0.0)
    return (
        f"{new_rows:,} new rows, fewer than {bounds.min_new_rows:,}, and no class has grown by "
        f"{bounds.min_class_growth:.1%} (at most {most:.1%})"
    )
