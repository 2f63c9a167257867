"""Decides from measured figures whether a model may be registered, and which one.

Pure: reads no file and calls no service. The network must hold its bounds and clearly beat the
baseline: a gain within the noise does not pay for the more complicated model. Otherwise the
baseline is the candidate, if it holds the same bounds.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from jobs.spec import GateBounds


class Check(BaseModel):
    """One figure of one candidate beside its bound."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    metric: str
    value: float
    relation: Literal[">=", "<="]
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
    """Applies the bounds to an evaluation. NaN passes no check.

    `evaluation` names `primary` and `baseline`, has the figures of both below `candidates`, and
    below `auc_gain` the ends `low` and `high` of the 95 % interval of the gain in AUC.
    """
    primary, baseline = evaluation["primary"], evaluation["baseline"]
    figures = evaluation["candidates"]
    gain = Check(
        candidate=primary,
        metric="auc_gain_low",
        value=evaluation["auc_gain"]["low"],
        relation=">=",
        bound=bounds.min_auc_gain,
        baseline_value=None,
        passed=evaluation["auc_gain"]["low"] >= bounds.min_auc_gain,
    )
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
    name: str, figures: dict[str, dict[str, float]], baseline: str, bounds: GateBounds
) -> list[Check]:
    rules: list[tuple[str, Literal[">=", "<="], float]] = [
        ("auc", ">=", bounds.min_auc),
        ("log_loss", "<=", bounds.max_log_loss),
        ("calibration_error", "<=", bounds.max_calibration_error),
    ]
    return [
        Check(
            candidate=name,
            metric=metric,
            value=figures[name][metric],
            relation=relation,
            bound=bound,
            baseline_value=figures[baseline][metric],
            passed=figures[name][metric] >= bound
            if relation == ">="
            else figures[name][metric] <= bound,
        )
        for metric, relation, bound in rules
    ]


def _why(name: str, primary: str, checks: list[Check]) -> str:
    if name == primary:
        return f"the {name} holds every bound and clearly beats the baseline"
    refused = [check for check in checks if check.candidate == primary]
    return f"the {primary} is refused ({_failures(refused)}), so the {name} is the candidate"


def _failures(checks: list[Check]) -> str:
    opposite = {">=": "<", "<=": ">"}
    return ", ".join(
        f"{check.candidate} {check.metric} {check.value:.4f}"
        f" {opposite[check.relation]} {check.bound:g}"
        for check in checks
        if not check.passed
    )
