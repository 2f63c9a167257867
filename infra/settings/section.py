"""What every section of the settings has in common, and the texts that several of them use."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Section(BaseModel):
    """Values of one concern: frozen, and a key that it does not know is refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


class HiddenError(ValueError):
    """About a value that is not repeated."""


@dataclass(frozen=True)
class Matching:
    """Annotation of a text: a pattern, and the words that say what it means."""

    pattern: str
    expected: str
    hidden: bool = False
    """What does not match may be a secret, and is not repeated."""

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            sentence = f"write {self.expected}"
            raise HiddenError(sentence) if self.hidden else ValueError(sentence)
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}


def a_name(longest: int) -> Matching:
    """A name as hosts have one, where something is added to it before it reaches the cloud."""
    return Matching(
        rf"[a-z]([-a-z0-9]{{0,{longest - 2}}}[a-z0-9])?",
        f"1 to {longest} lower-case letters, digits and hyphens; first a letter, last no hyphen",
    )


Name = Annotated[str, a_name(63)]
ShortName = Annotated[str, a_name(30)]
"""Of what gets the stack's name besides."""
LabelKey = Annotated[
    str,
    Matching(
        r"[a-z][-_a-z0-9]{0,62}",
        "a label key of 1 to 63 lower-case letters, digits, hyphens and underscores, "
        "the first a letter",
    ),
]
LabelValue = Annotated[
    str,
    Matching(
        r"[-_a-z0-9]{0,63}",
        "a label value of at most 63 lower-case letters, digits, hyphens and underscores",
    ),
]
