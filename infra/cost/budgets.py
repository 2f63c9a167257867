"""The budget of a stack's project: at which part of it who is told.

A budget stops nothing by itself, and its figures are hours old.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from infra.settings.cost import BudgetSettings

_MESSAGE_FORMAT = "1.0"


@dataclass(frozen=True, kw_only=True)
class ProjectBudgetArgs:
    settings: BudgetSettings
    stack: str
    project_number: Input[str]
    channels: list[Input[str]]
    topic_id: Input[str]
    """Where the state of the budget is said several times a day."""
    topic_grants: list[pulumi.Resource]
    budgets_api: pulumi.Resource


class ProjectBudget(pulumi.ComponentResource):
    """A month's budget of the whole project, credits left out of account."""

    def __init__(
        self, name: str, args: ProjectBudgetArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = args.settings.model_dump()
        super().__init__("mlplatform:budgets:ProjectBudget", name, inputs, opts)
        settings = args.settings
        budget = gcp.billing.Budget(
            f"{name}-month",
            billing_account=settings.billing_account,
            display_name=f"ML platform, {args.stack}"[:60],
            amount={
                "specified_amount": {
                    "currency_code": settings.currency,
                    "units": str(settings.monthly_amount),
                }
            },
            budget_filter={
                "projects": [pulumi.Output.concat("projects/", args.project_number)],
                # A credit that runs out next month is no saving.
                "credit_types_treatment": "EXCLUDE_ALL_CREDITS",
                "calendar_period": "MONTH",
            },
            threshold_rules=_rules(settings),
            all_updates_rule={
                "monitoring_notification_channels": args.channels,
                "pubsub_topic": args.topic_id,
                "schema_version": _MESSAGE_FORMAT,
            },
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.budgets_api, *args.topic_grants],
                # Another account is another budget; two at once would tell everybody twice.
                delete_before_replace=True,
            ),
        )
        self.register_outputs({"budget": budget.id})


def _rules(settings: BudgetSettings) -> list[gcp.billing.BudgetThresholdRuleArgsDict]:
    spent: list[gcp.billing.BudgetThresholdRuleArgsDict] = [
        {"threshold_percent": fraction, "spend_basis": "CURRENT_SPEND"}
        for fraction in settings.thresholds
    ]
    return [
        *spent,
        *(
            {"threshold_percent": fraction, "spend_basis": "FORECASTED_SPEND"}
            for fraction in settings.forecast_thresholds
        ),
    ]
