"""Decides from measured figures whether a model may be registered, and which one.

Pure: reads no file and calls no service. The network must hold its bounds and clearly beat the
baseline: a gain within the noise does not pay for the more complicated model. Otherwise the
baseline is the candidate, if it holds the same bounds.
"""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from jobs.spec import GateBounds

Relation = Literal[">=", "<="]


class Check(BaseModel):
    """One figure of one candidate beside its bound."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    metric: str
    value: float | None
    """None for what is no number."""
    relation: Relation
    bound: float
    baseline_value: float | None
    passed: bool


class Decision(BaseModel):
    """What the gate says, and why."""

    model_config = ConfigDict(frozen=True)

    accepted: bool
    candidate: str | None
    """Name of the candidate to register; None if none may be."""
    reason: str
    checks: list[Check]


def decide(evaluation: dict[str, Any], bounds: GateBounds) -> Decision:
    """Applies the bounds to an evaluation. What is no number passes no check: NaN, or None, which
    is what a record makes of it.

    `evaluation` names `primary` and `baseline`, has the figures of both below `candidates`, and
    below `auc_gain` the ends `low` and `high` of the 95 % interval of the gain in AUC.
    """
    primary, baseline = evaluation["primary"], evaluation["baseline"]
    figures = evaluation["candidates"]
    low = evaluation["auc_gain"]["low"]
    gain = _check(primary, "auc_gain_low", low, relation=">=", bound=bounds.min_auc_gain)
    checks = [*_absolute(primary, figures, baseline, bounds), gain]
    checks += _absolute(baseline, figures, baseline, bounds)
    for name in (primary, baseline):
        failed = [check for check in checks if check.candidate == name and not check.passed]
        if not failed:
            return Decision(
                accepted=True, candidate=name, reason=_why(name, primary, checks), checks=checks
            )
    return Decision(
        accepted=False,
        candidate=None,
        reason=f"neither candidate holds the bounds: {_failures(checks)}",
        checks=checks,
    )


def _absolute(
    name: str, figures: dict[str, dict[str, Any]], baseline: str, bounds: GateBounds
) -> list[Check]:
    rules: list[tuple[str, Relation, float]] = [
        ("auc", ">=", bounds.min_auc),
        ("log_loss", "<=", bounds.max_log_loss),
        ("calibration_error", "<=", bounds.max_calibration_error),
    ]
    return [
        _check(
            name,
            metric,
            figures[name][metric],
            relation=relation,
            bound=bound,
            baseline_value=figures[baseline][metric],
        )
        for metric, relation, bound in rules
    ]


def _check(
    candidate: str,
    metric: str,
    value: float | None,
    *,
    relation: Relation,
    bound: float,
    baseline_value: float | None = None,
) -> Check:
    known = _number(value)
    return Check(
        candidate=candidate,
        metric=metric,
        value=known,
        relation=relation,
        bound=bound,
        baseline_value=_number(baseline_value),
        passed=known is not None and (known >= bound if relation == ">=" else known <= bound),
    )


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _why(name: str, primary: str, checks: list[Check]) -> str:
    if name == primary:
        return f"the {name} holds every bound and clearly beats the baseline"
    refused = [check for check in checks if check.candidate == primary]
    return f"the {primary} is refused ({_failures(refused)}), so the {name} is the candidate"


def _failures(checks: list[Check]) -> str:
    return ", ".join(_failure(check) for check in checks if not check.passed)


def _failure(check: Check) -> str:
    if check.value is None:
        return f"{check.candidate} {check.metric} is no number"
    opposite = "<" if check.relation == ">=" else ">"
    return f"{check.candidate} {check.metric} {check.value:.4f} {opposite} {check.bound:g}"
