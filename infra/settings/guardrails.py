"""What nobody in the project may do, whatever roles they hold, and what is on record."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from infra.settings.access import Member
from infra.settings.binary_authorization import BinaryAuthorizationSettings
from infra.settings.once import ONCE
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

LocationGroup = Annotated[
    str,
    Matching(
        r"in:[a-z0-9-]+-locations|[a-z]+[0-9]?",
        "a value group such as 'in:eu-locations', or a multi-region such as 'eu' or 'eur4'",
    ),
]
AccessLevel = Annotated[
    str,
    Matching(
        r"accessPolicies/[0-9]+/accessLevels/[A-Za-z][A-Za-z0-9_]{0,49}",
        "the whole name of an access level, such as accessPolicies/123456789/accessLevels/office",
    ),
]


class PerimeterSettings(Section):
    """A service perimeter around the project: Google's APIs answer for its data inside only."""

    access_policy: int = Field(ge=1)
    """Number of the organisation's access policy, which exists; the perimeter is made in it."""
    enforced: bool
    """False rehearses it: the audit log says what it would refuse. Begin so."""
    access_levels: Annotated[list[AccessLevel], ONCE]
    """Devices and networks that people come in from."""
    ingress: Annotated[list[Member], ONCE]
    """Accounts that may come in from anywhere, beside those that CI signs in as. Whoever deploys is
    among them, or the next deployment is refused."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "PerimeterSettings":
        refuse(self._groups(), self._levels())
        return self

    def _groups(self) -> Iterator[Problem]:
        for index, member in enumerate(self.ingress):
            if member.startswith("group:"):
                yield Problem(
                    ("ingress", index),
                    f" is {member!r}, but a perimeter is opened to accounts: write "
                    "serviceAccount: or user:, or let people in through an access level",
                )

    def _levels(self) -> Iterator[Problem]:
        for index, level in enumerate(self.access_levels):
            policy = level.split("/")[1]
            if policy != str(self.access_policy):
                yield Problem(
                    ("access_levels", index),
                    f" is of the access policy {policy}, but access_policy is "
                    f"{self.access_policy}: write a level of that policy",
                )


class GuardrailSettings(Section):
    """Rails around the project. Some need roles on the organisation: see docs/guardrails.md."""

    audit_data_access: bool
    """Log who reads and writes data, keys and secrets; charged by what is logged."""
    organization_policies: Literal["dry-run", "enforced"] | None
    """Constraints on the project; dry-run sets those that can be rehearsed, and only logs; null:
    none is set here, as where the organisation sets them for all its projects."""
    extra_locations: Annotated[list[LocationGroup], ONCE]
    """Places beside the stack's regions where resources may be, such as `in:eu-locations` for a
    bucket in a multi-region."""
    deny_policies: bool
    """Deny making keys of accounts, deleting the project and, where data is protected, destroying
    keys, to everybody."""
    perimeter: PerimeterSettings | None
    """A service perimeter; null: none."""
    binary_authorization: BinaryAuthorizationSettings | None
    """Let Cloud Run and functions start signed images only; null: any. Jobs of Vertex AI are not
    asked: there the stack file pins each image by its digest."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "GuardrailSettings":
        if self.extra_locations and self.organization_policies != "enforced":
            refuse(
                [
                    Problem(
                        ("extra_locations",),
                        " names places, but organization_policies is "
                        f"{self.organization_policies or 'null'} and none restricts places: write "
                        "[], or enforced there",
                    )
                ]
            )
        return self
