"""Images that this repository builds, by the Dockerfile that each comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Image:
    """One image, under the same name in the registry of each region."""

    name: str
    dockerfile: str
    """Relative to the repository's root, which is what a build sees."""
    content: tuple[str, ...]
    """What the Dockerfile copies."""

    @property
    def watched(self) -> list[str]:
        """Patterns of the files that make it another image."""
        return [self.dockerfile, *(f"{e}/**" if "." not in e else e for e in self.content)]


JOBS = Image(
    name="mlplatform-jobs",
    dockerfile="Dockerfile",
    content=("catalog", "jobs", "requirements-jobs.txt"),
)
"""Pipeline steps, trainer, prediction server."""

WORKSTATION = Image(
    name="mlplatform-workstation",
    dockerfile="workstations/Dockerfile",
    content=("workstations/startup", "requirements-setup.txt"),
)
"""What people develop in; its base is `latest`, because Google names no other tag.

Source: https://cloud.google.com/workstations/docs/preconfigured-base-images, read 2026-11
"""
