"""Secrets by name: what is made here has no value, and no value ever stands in a stack file."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from catalog.roles import IdentityName
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

SecretName = Annotated[
    str,
    Matching(
        r"[a-z][a-z0-9-]{0,61}[a-z0-9]",
        "the name of a secret in small letters, digits and hyphens, never its value",
    ),
]


class SecretSettings(Section):
    """One secret. Its value is added by `gcloud secrets versions add`, by somebody who knows it."""

    name: SecretName
    """Its name; jobs are given this name and look the value up when they run."""
    readers: list[IdentityName] = Field(min_length=1)
    """Accounts of jobs that may read the value; nobody else may."""


class SecretsSettings(Section):
    """Secrets of this stack; what a component needs for itself is not listed here."""

    made: list[SecretSettings]
    """Secrets to make, without values."""

    @model_validator(mode="after")
    def _each_once(self) -> "SecretsSettings":
        refuse(self._repeated())
        return self

    def _repeated(self) -> Iterator[Problem]:
        names = [each.name for each in self.made]
        for index, secret in enumerate(self.made):
            if secret.name in names[:index]:
                yield Problem(
                    ("made", index, "name"),
                    f" is {secret.name!r} a second time: write each secret once",
                )
            for at, reader in enumerate(secret.readers):
                if reader in secret.readers[:at]:
                    yield Problem(
                        ("made", index, "readers", at),
                        f" is {reader!r} a second time: write each reader once",
                    )
