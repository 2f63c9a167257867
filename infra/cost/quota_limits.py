"""How much of each quota the project wants: caps as protection against cost, and requests.

What is granted is Google's decision, which the resource does not wait for: `granted_value` tells.
A preference cannot be deleted: one that is left out of the settings stays as it was last.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from infra.settings.cost import QuotaSettings


@dataclass(frozen=True, kw_only=True)
class QuotaLimitsArgs:
    quotas: list[QuotaSettings]
    project_id: str
    contact_email: str
    quotas_api: pulumi.Resource


class QuotaLimits(pulumi.ComponentResource):
    """One preference for each quota and place."""

    granted: dict[str, Output[str | None]]
    """What Google grants today, by quota and place."""

    def __init__(
        self, name: str, args: QuotaLimitsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"settings": [each.model_dump() for each in args.quotas]}
        super().__init__("mlplatform:quota_limits:QuotaLimits", name, inputs, opts)
        self.granted = {each.scope: self._preference(name, each, args) for each in args.quotas}
        self.register_outputs({"granted": self.granted})

    def _preference(
        self, name: str, settings: QuotaSettings, args: QuotaLimitsArgs
    ) -> Output[str | None]:
        quota = settings.what
        return gcp.cloudquota.SQuotaPreference(
            f"{name}-{settings.scope}",
            name=settings.preference,
            parent=f"projects/{args.project_id}",
            service=quota.service,
            quota_id=quota.quota_id,
            dimensions=quota.dimensions(settings.place),
            quota_config={"preferred_value": str(settings.limit)},
            contact_email=args.contact_email,
            justification=settings.reason,
            # Else a cap that is far below the default is refused; one below the use still is.
            ignore_safety_checks="QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"
            if settings.purpose == "cap"
            else None,
            opts=ResourceOptions(parent=self, depends_on=[args.quotas_api]),
        ).quota_config.granted_value
