"""What people may do, by what they are answerable for. Who they are says the stack file.

A deployer changes the platform and approves nothing; an approver says yes and changes nothing; an
auditor sees what is set, and who did what, but neither data nor secrets.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.permissions import PREDEFINED, reading, writing

Duty = Literal["deployer", "approver", "auditor"]

APPROVING = (
    "aiplatform.endpoints.get",
    "aiplatform.endpoints.list",
    "aiplatform.modelEvaluations.get",
    "aiplatform.modelEvaluations.list",
    "aiplatform.models.get",
    "aiplatform.models.list",
    "aiplatform.pipelineJobs.get",
    "aiplatform.pipelineJobs.list",
    "cloudbuild.builds.approve",
    "cloudbuild.builds.get",
    "cloudbuild.builds.list",
    "resourcemanager.projects.get",
)
_LOGS = ("logging.logEntries.list", "logging.logs.list", "logging.privateLogEntries.list")
"""The last one is what data access logs ask for."""


@dataclass(frozen=True, kw_only=True)
class Staff:
    """One custom role, and the predefined ones that its holders have besides."""

    title: str
    permissions: tuple[str, ...]
    besides: tuple[str, ...] = ()


STAFF: dict[Duty, Staff] = {
    "deployer": Staff(
        title="Deploys the platform",
        permissions=tuple(writing()),
        besides=tuple(sorted(set(PREDEFINED.values()))),
    ),
    "approver": Staff(title="Approves what is deployed", permissions=APPROVING),
    "auditor": Staff(
        title="Sees what is set and who did what",
        permissions=(*reading(), *_LOGS),
        # Which images may start, and which were signed.
        besides=(
            "roles/binaryauthorization.attestorsViewer",
            "roles/binaryauthorization.policyViewer",
            "roles/containeranalysis.occurrences.viewer",
        ),
    ),
}

PREVIEWER = Staff(title="Compares the platform with the program", permissions=tuple(reading()))
"""What CI may do before anybody has approved anything."""
