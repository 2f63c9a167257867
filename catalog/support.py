"""When what the platform stands on stops being supported, and so gets no more security fixes.

Each date with the page that says it; where nobody publishes one, `ends` is None and the row says
what to look at instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WARNING = timedelta(days=180)
"""As long as a move to another version takes, review and rollout included."""


@dataclass(frozen=True, kw_only=True)
class Support:
    """One thing that is pinned somewhere in this repository."""

    name: str
    version: str
    pinned_in: str
    """File and the text in it that pins the version."""
    text: str
    ends: date | None
    source: str


SUPPORTED = (
    Support(
        name="Python, oldest that the program takes",
        version="3.11",
        pinned_in="pyproject.toml",
        text='requires-python = ">=3.11"',
        ends=date(2027, 10, 31),
        source="https://devguide.python.org/versions/",
    ),
    Support(
        name="Python in the image of the jobs",
        version="3.12",
        pinned_in="Dockerfile",
        text="python:3.12-slim-bookworm",
        ends=date(2028, 10, 31),
        source="https://devguide.python.org/versions/",
    ),
    Support(
        name="Debian in the image of the jobs",
        version="12",
        pinned_in="Dockerfile",
        text="bookworm",
        ends=date(2028, 6, 30),
        source="https://wiki.debian.org/LTS",
    ),
    Support(
        name="Google Cloud provider for Pulumi",
        version="10",
        pinned_in="pyproject.toml",
        text="pulumi-gcp==10.",
        ends=None,
        source="the newest major version is the supported one: "
        "https://github.com/pulumi/pulumi-gcp/releases",
    ),
    Support(
        name="Kubeflow Pipelines",
        version="2.17",
        pinned_in="pyproject.toml",
        text="kfp==2.17.",
        ends=None,
        source="the newest minor version is the supported one: "
        "https://github.com/kubeflow/pipelines/releases",
    ),
)


def warnings(today: date) -> Iterator[str]:
    """One sentence for each thing whose support has ended, or ends soon."""
    for each in SUPPORTED:
        if each.ends and each.ends - WARNING <= today:
            verb = "ended" if each.ends < today else "ends"
            yield (
                f"{each.name}: support of {each.version} {verb} on {each.ends}; move to a newer "
                f"version in {each.pinned_in} ({each.source})"
            )
