"""The rules as `pulumi_policy` wants them. Everything that decides is in `adapter`."""

# pyright: reportMissingImports=false
# `pulumi_policy` is in the pack's own environment only.

from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

import policy.rules  # noqa: F401 - registers them
from policy.pack import adapter
from policy.registry import RULES, Rule
from policy.verdicts import Context, Resource

WAITING = "decided-when-deployed"


def policies() -> list[ResourceValidationPolicy]:
    """One policy per rule, and one that only advises what is still open."""
    return [*(_policy(each) for each in RULES.values()), _waiting()]


def _policy(rule: Rule) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if rule.applies(args.resource_type):
            for sentence in adapter.answer(rule, _resource(args), _context(args)).refused:
                report(sentence, None)

    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=(
            EnforcementLevel.MANDATORY if rule.level == "mandatory" else EnforcementLevel.ADVISORY
        ),
        config_schema=PolicyConfigSchema(properties=adapter.OPTIONS),
    )


def _waiting() -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        for sentence in adapter.all_waiting(_resource(args), _context(args)):
            report(sentence, None)

    return ResourceValidationPolicy(
        name=WAITING,
        description="What rules cannot decide in a preview, because another resource produces it.",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
        config_schema=PolicyConfigSchema(properties=adapter.OPTIONS),
    )


def _resource(args: ResourceValidationArgs) -> Resource:
    return Resource(
        type=args.resource_type,
        inputs=_plain(args.props),
        protect=bool(args.opts and args.opts.protect),
    )


def _context(args: ResourceValidationArgs) -> Context:
    provider = _plain(args.provider.props) if args.provider else None
    return adapter.context(pulumi.runtime.get_config_env(), provider, args.get_config())


def _plain(value: Any) -> Any:
    return adapter.plain(value, UnknownValueError)
