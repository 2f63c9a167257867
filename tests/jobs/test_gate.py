"""The gate lets through only what holds every bound."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.gate import decide
from jobs.spec import GateBounds
from jobs.steps.record import StepRecord

BOUNDS = GateBounds(min_auc=0.7, max_log_loss=0.36, max_calibration_error=0.03, min_auc_gain=0.0)
GOOD = {"auc": 0.74, "log_loss": 0.34, "calibration_error": 0.01}


def evaluation(
    network: dict[str, Any], baseline: dict[str, Any], noise: float = 0.0
) -> dict[str, Any]:
    both = network["auc"], baseline["auc"]
    gain = math.nan if None in both else both[0] - both[1]
    return {
        "primary": "network",
        "baseline": "baseline",
        "candidates": {"network": network, "baseline": baseline},
        "auc_gain": {"value": gain, "low": gain - noise, "high": gain + noise},
    }


def test_a_network_that_holds_every_bound_is_the_candidate() -> None:
    decision = decide(evaluation(GOOD, {**GOOD, "auc": 0.72}), BOUNDS)
    assert (decision.accepted, decision.candidate) == (True, "network")
    assert all(check.passed for check in decision.checks)


def test_a_network_that_loses_to_the_baseline_gives_way_to_it() -> None:
    decision = decide(evaluation({**GOOD, "auc": 0.71}, GOOD), BOUNDS)
    assert (decision.accepted, decision.candidate) == (True, "baseline")
    assert "the network is refused (network auc_gain_low -0.0300 < 0)" in decision.reason


def test_a_gain_within_the_noise_is_none() -> None:
    decision = decide(evaluation({**GOOD, "auc": 0.745}, GOOD, noise=0.006), BOUNDS)
    assert decision.candidate == "baseline"
    assert "auc_gain_low -0.0010 < 0" in decision.reason


def test_a_badly_calibrated_network_gives_way_though_it_ranks_better() -> None:
    decision = decide(evaluation({**GOOD, "auc": 0.9, "calibration_error": 0.2}, GOOD), BOUNDS)
    assert decision.candidate == "baseline"


def test_two_poor_candidates_are_both_refused_with_their_figures() -> None:
    poor = {**GOOD, "log_loss": 0.5}
    decision = decide(evaluation(poor, poor), BOUNDS)
    assert (decision.accepted, decision.candidate) == (False, None)
    assert "network log_loss 0.5000 > 0.36, baseline log_loss 0.5000 > 0.36" in decision.reason


def test_a_figure_on_its_bound_passes() -> None:
    edge = {"auc": 0.7, "log_loss": 0.36, "calibration_error": 0.03}
    assert decide(evaluation(edge, edge), BOUNDS).candidate == "network"


@pytest.mark.parametrize("nothing", [math.nan, math.inf, None])
def test_what_is_not_a_number_passes_nothing(nothing: float | None) -> None:
    broken = {**GOOD, "auc": nothing}
    decision = decide(evaluation(broken, broken), BOUNDS)
    assert decision.accepted is False
    assert "network auc is no number" in decision.reason
    json.dumps(decision.model_dump(mode="json"), allow_nan=False)


def test_a_network_that_diverged_leaves_the_baseline_as_the_candidate() -> None:
    broken = {**GOOD, "log_loss": math.nan}
    measured = StepRecord(
        name="validate",
        state="SUCCEEDED",
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        result=evaluation(broken, GOOD),
    )
    # As the gate is given it: through the record of the step before.
    read = StepRecord.model_validate_json(measured.model_dump_json()).result
    assert decide(read, BOUNDS).candidate == "baseline"


FIGURES = st.fixed_dictionaries(
    {"auc": st.floats(0, 1), "log_loss": st.floats(0, 2), "calibration_error": st.floats(0, 1)}
)


@given(FIGURES, FIGURES)
def test_no_accepted_candidate_breaks_a_bound(
    network: dict[str, float], baseline: dict[str, float]
) -> None:
    decision = decide(evaluation(network, baseline), BOUNDS)
    if decision.accepted:
        own = [check for check in decision.checks if check.candidate == decision.candidate]
        chosen = {"network": network, "baseline": baseline}[str(decision.candidate)]
        assert len(own) >= 3
        assert chosen["auc"] >= 0.7
        assert chosen["log_loss"] <= 0.36
        assert chosen["calibration_error"] <= 0.03
