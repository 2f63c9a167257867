"""Secrets by name: what is made here has no value, and no value ever stands in a stack file."""

from typing import Annotated

from pydantic import Field, model_validator

from catalog.roles import IdentityName
from infra.settings.once import ONCE, names_repeated
from infra.settings.problems import refuse
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
    readers: Annotated[list[IdentityName], ONCE] = Field(min_length=1)
    """Accounts of jobs that may read the value; nobody else may."""


class SecretsSettings(Section):
    """Secrets of this stack; what a component needs for itself is not listed here."""

    made: list[SecretSettings]
    """Secrets to make, without values."""

    @model_validator(mode="after")
    def _each_once(self) -> "SecretsSettings":
        refuse(names_repeated(("made",), self.made))
        return self
