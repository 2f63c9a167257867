"""Stops compute when the month's budget is spent, and says when it is spent too fast.

What may go is decided in `automation.stoppable`; whatever serves goes on. Each stop is recorded
before it is made. The cap holds until the month ends or the budget is raised: what somebody starts
again meanwhile is stopped with the next notice. A notice that finds nothing running does nothing.
"""

import os
from datetime import UTC, datetime
from typing import Any

from automation import budgets, evidence, running
from automation.budgets import Notice
from automation.evidence import Action, Decision
from automation.running import CannotStopError
from automation.stoppable import Running, to_stop
from automation.surroundings import Surroundings
from catalog.incidents import COST_AHEAD, SPEND_CAP

ENVIRONMENT = "MLPLATFORM_ENVIRONMENT"
AHEAD_FACTOR = "MLPLATFORM_AHEAD_FACTOR"
"""Empty if nobody wants to know."""
CAP = "MLPLATFORM_SPEND_CAP"
"""`on` if anything may be stopped."""


def handle(envelope: Any) -> Action:
    """Decides about one notice of a budget, records what it decides, and acts.

    Raises UnreadableError for what is no notice, and whatever the clients raise for a passing
    reason: the notice then comes again.
    """
    here, found = Surroundings.read(), budgets.notice(envelope)
    factor = os.environ[AHEAD_FACTOR]
    verdict = budgets.judge(found, datetime.now(UTC), float(factor) if factor else None)
    if verdict.state == "spent" and os.environ[CAP] == "on":
        return _stop_all(found, verdict.reason, here)
    decided = _action(found, "left-alone", "", verdict.reason)
    if verdict.state == "ahead":
        decided = _action(found, "left-alone", "", verdict.reason, COST_AHEAD)
        evidence.log(decided, severity="WARNING")
    return decided


def _stop_all(found: Notice, reason: str, here: Surroundings) -> Action:
    listed = to_stop(running.everything(here), environment=os.environ[ENVIRONMENT])
    stopped = [_stop(each, found, reason, here) for each in listed]
    count = sum(stopped)
    decision: Decision = "acted" if count else "left-alone"
    return _action(found, decision, "", f"{reason}; {count} of {len(listed)} stopped")


def _stop(each: Running, found: Notice, reason: str, here: Surroundings) -> bool:
    from google.api_core.exceptions import ClientError, TooManyRequests

    action = _action(found, "acted", each.name, reason)
    evidence.record(action, project_id=here.project_id, table=here.actions_table)
    try:
        running.stop(each, here)
    except TooManyRequests:
        raise
    except (CannotStopError, ClientError) as error:
        # One that cannot be stopped must not keep the others running.
        refused = _action(found, "refused", each.name, f"{reason}, but {error}")
        evidence.record(refused, project_id=here.project_id, table=here.actions_table)
        return False
    return True


def _action(
    found: Notice, decision: Decision, subject: str, reason: str, action: str = SPEND_CAP
) -> Action:
    return Action(
        action=action,
        decision=decision,
        subject=subject,
        reason=reason,
        incident_id=found.period,
        policy=found.name,
    )
