"""Which images Cloud Run and functions start: those that the builder of this stack signed."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from infra.settings.once import ONCE
from infra.settings.places import registry_exists
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
    key_versions: Annotated[list[Annotated[int, Field(ge=1)]], ONCE] = Field(min_length=1)
    """Versions of the signing key whose signatures count; the last one signs. A new one is made by
    hand: see docs/guardrails.md."""
    exempt_images: Annotated[list[ImagePattern], ONCE]
    """What starts unsigned, as `us-docker.pkg.dev/PROJECT/REPOSITORY/*`: images that nobody here
    builds. Those of functions are exempt in any case: Google builds them."""
