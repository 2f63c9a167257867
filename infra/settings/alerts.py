"""Who is told when a model misbehaves. Bounds are per model: `infra.settings.models`."""

from typing import Annotated

from infra.settings.section import Matching, Section

Email = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}",
        "one e-mail address, such as 'ml-oncall@example.com'",
    ),
]


class AlertSettings(Section):
    """Where alerts of the whole stack go."""

    email: Email
    """A mailing list outlives a person."""
