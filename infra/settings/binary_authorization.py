"""Which images Cloud Run and functions start: those that the builder of this stack signed."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from infra.settings.places import registry_exists
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

ImagePattern = Annotated[
    str,
    Matching(
        r"[a-z0-9-]+(\.[a-z0-9-]+)+/[a-z0-9._-]+(/[a-z0-9._-]+)*"
        r"(/\*{1,2}|/[a-z0-9._-]+(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64}))",
        "HOST/PROJECT/REPOSITORY and then /* for its images, /** for all below, or one image with "
        "its tag or digest",
    ),
    AfterValidator(registry_exists),
]


class BinaryAuthorizationSettings(Section):
    """What asks Google before it starts an image. One policy is in force in a whole project."""

    mode: Literal["dry-run", "enforced"]
    """dry-run starts everything, and the audit log says what would be refused. Begin so."""
    key_versions: list[Annotated[int, Field(ge=1)]] = Field(min_length=1)
    """Versions of the signing key whose signatures count; the last one signs. A new one is made by
    hand: see docs/guardrails.md."""
    exempt_images: list[ImagePattern]
    """What starts unsigned, as `us-docker.pkg.dev/PROJECT/REPOSITORY/*`: images that nobody here
    builds. Those of functions are exempt in any case: Google builds them."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "BinaryAuthorizationSettings":
        refuse(self._repeated())
        return self

    def _repeated(self) -> Iterator[Problem]:
        for key in ("key_versions", "exempt_images"):
            written = getattr(self, key)
            for index, value in enumerate(written):
                if value in written[:index]:
                    yield Problem((key, index), f" is {value!r} a second time: write each once")
