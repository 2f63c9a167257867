"""The part of the composition root that puts up the guard rails: duties, records, refusals.

    admission ─ duties ─ audit logs ─ constraints, denials ─ perimeter

What may start is decided first: the others' functions and services ask for it.

Makes no resource itself. What the settings leave out is not made, and neither is its component.
"""

from collections.abc import Sequence
from dataclasses import replace

from pulumi import Input, Output, ResourceOptions

from catalog import services as apis
from catalog.watched import AUDITED
from infra.delivery.root import Delivery
from infra.foundation import Foundation
from infra.guardrails.admission import Admission, AdmissionArgs
from infra.guardrails.audit_logs import AuditLogs, AuditLogsArgs
from infra.guardrails.constraints import Constraints, ConstraintsArgs
from infra.guardrails.denials import Denials, DenialsArgs
from infra.guardrails.duties import Duties, DutiesArgs
from infra.guardrails.perimeter import Perimeter, PerimeterArgs
from infra.labels import Labels
from infra.naming import Names
from infra.secrets import Secrets, SecretsArgs
from infra.settings import StackSettings
from infra.shared import Shared
from infra.signing import Signing


def signing(
    settings: StackSettings,
    names: Names,
    labels: Labels,
    foundation: Foundation,
    google: ResourceOptions,
) -> Signing | None:
    """Who vouches for images and the policy that asks for it; None where any image may start."""
    asked, region = settings.guardrails.binary_authorization, settings.project.region
    if asked is None:
        return None
    api = foundation.services.api
    of_functions = f"{region}-docker.pkg.dev/{names.project_id}/{names.repository('functions')}"
    args = AdmissionArgs(
        settings=asked,
        names=names,
        labels=labels,
        region=region,
        protection_level=settings.keys.protection_level,
        protected=settings.protection.enabled,
        built_by_google=[f"{of_functions}/**"],
        agent_member=foundation.agents.of(
            apis.BINARY_AUTHORIZATION, api(apis.BINARY_AUTHORIZATION)
        ),
        binaryauthorization_api=api(apis.BINARY_AUTHORIZATION),
        containeranalysis_api=api(apis.CONTAINER_ANALYSIS),
        kms_api=api(apis.CLOUD_KMS),
    )
    return Admission("admission", args, google).signing


def build(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    ci: Delivery,
    builders: Sequence[Output[str]],
) -> None:
    """Register what the settings ask for. `builders` are those of functions."""
    rails = settings.guardrails
    if ci.deployers or any(settings.access.members.values()):
        duties = DutiesArgs(
            names=shared.names,
            members=settings.access.members,
            ci_deployers=ci.deployers,
            ci_readers=ci.readers,
            iam_api=shared.api(apis.IAM),
        )
        Duties("duties", duties, google)
    if settings.secrets.made:
        _secrets(settings, shared, google)
    if rails.audit_data_access:
        audit = AuditLogsArgs(
            project_id=settings.project.id,
            apis={service: shared.api(service) for service in AUDITED},
        )
        AuditLogs("audit-logs", audit, google)
    if rails.deny_policies:
        denials = DenialsArgs(
            names=shared.names,
            protected=settings.protection.enabled and settings.keys.customer_managed,
            iam_api=shared.api(apis.IAM),
        )
        Denials("denials", denials, google)
    by = replace(ci, builders=[*ci.builders, *builders])
    project = shared.foundation.project
    if project is not None:
        _by_number(settings, shared, google, by, project.number)
    elif settings.project.number is not None:
        _by_number(settings, shared, google, by, str(settings.project.number))


def _secrets(settings: StackSettings, shared: Shared, google: ResourceOptions) -> None:
    identities = shared.identities
    regions = settings.regions
    args = SecretsArgs(
        settings=settings.secrets,
        protected=settings.protection.enabled,
        regions=regions,
        names=shared.names,
        labels=shared.labels,
        members={
            "pipeline-runner": identities.pipeline_runner.member,
            "trainer": identities.trainer.member,
            "predictor": identities.predictor.member,
        },
        keys={region: shared.key("secrets", region) for region in regions},
        secretmanager_api=shared.api(apis.SECRET_MANAGER),
    )
    Secrets("secrets", args, google)


def _by_number(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    ci: Delivery,
    project_number: Input[str],
) -> None:
    """Rails that name the project by its number."""
    rails = settings.guardrails
    if rails.organization_policies:
        constraints = ConstraintsArgs(
            mode=rails.organization_policies,
            project_number=project_number,
            locations=_locations(settings),
            customer_managed_keys=settings.keys.customer_managed,
            signed_images=shared.signing is not None,
            orgpolicy_api=shared.api(apis.ORG_POLICY),
        )
        Constraints("constraints", constraints, google)
    if rails.perimeter:
        perimeter = PerimeterArgs(
            settings=rails.perimeter,
            names=shared.names,
            project_number=project_number,
            ci_members=[*ci.readers.values(), *ci.deployers.values()],
            builders=ci.builders,
            accesscontextmanager_api=shared.api(apis.ACCESS_CONTEXT_MANAGER),
            needed=[shared.identities],
        )
        Perimeter("perimeter", perimeter, google)


def _locations(settings: StackSettings) -> list[str]:
    """Where the stack file allows anything to be, as the constraint on places takes it."""
    regions = settings.project.allowed_regions
    store = settings.store_location
    beside = {store.location.lower(), store.key_location} - set(regions)
    return [
        *(f"in:{region}-locations" for region in regions),
        # A pair of regions has a name of its own.
        *sorted(beside),
        *settings.guardrails.extra_locations,
    ]
