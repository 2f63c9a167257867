"""Who answers for what: people, best as groups, and never one for both sides of an approval."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, model_validator

from catalog.staff import Duty
from infra.settings.once import ONCE
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

_ACCOUNTS = ".gserviceaccount.com"


def _right_kind(member: str) -> str:
    """Cloud IAM refuses an account under the prefix of people, and people under that of one."""
    kind, _, address = member.partition(":")
    account = address.endswith(_ACCOUNTS)
    if account and kind != "serviceAccount":
        raise ValueError(f"it is the address of an account: write 'serviceAccount:{address}'")
    if kind == "serviceAccount" and not account:
        raise ValueError(
            f"addresses of accounts end with {_ACCOUNTS}: write group: or user: for people, or the "
            "account's address, such as 'serviceAccount:deploy@PROJECT.iam.gserviceaccount.com'"
        )
    return member


Member = Annotated[
    str,
    Matching(
        r"(group|user|serviceAccount):[a-z0-9._%+-]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}",
        "a member in small letters, such as 'group:ml-platform@example.com'; it begins with "
        "group:, user: or serviceAccount:",
    ),
    AfterValidator(_right_kind),
]


class AccessSettings(Section):
    """Members of each duty; a group outlives a person."""

    deployers: Annotated[list[Member], ONCE]
    """May change everything that the platform is made of, and approve nothing."""
    approvers: Annotated[list[Member], ONCE]
    """May approve what is deployed, and change nothing."""
    auditors: Annotated[list[Member], ONCE]
    """May see what is set and who did what, but neither data nor secrets; what
    evidence there is they read."""

    @property
    def members(self) -> dict[Duty, list[str]]:
        return {
            "deployer": self.deployers,
            "approver": self.approvers,
            "auditor": self.auditors,
        }

    @model_validator(mode="after")
    def _duties_are_apart(self) -> "AccessSettings":
        refuse(self._machines(), self._both_sides())
        return self

    def _machines(self) -> Iterator[Problem]:
        for index, member in enumerate(self.approvers):
            if member.startswith("serviceAccount:"):
                yield Problem(
                    ("approvers", index),
                    f" is {member!r}, but people approve: write a group: or a user:",
                )

    def _both_sides(self) -> Iterator[Problem]:
        for index, member in enumerate(self.approvers):
            if member in self.deployers:
                yield Problem(
                    ("approvers", index),
                    f" is {member!r}, who is among mlplatform:access.deployers too, and nobody "
                    "approves what they deploy: take the name out of one of the two",
                )
