"""Machines that people develop on: one cluster, and a kind of workstation for each team."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from infra.settings.alerts import Email
from infra.settings.keys import KeyPath
from infra.settings.notebooks import NotebookSettings, machine_problems
from infra.settings.once import names_repeated
from infra.settings.places import registry_exists
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Name, Section

_SMALLEST_STANDARD_DISK_GB = 200
LONGEST_ENCRYPTED_HOURS = 23
_ID = 63

ContainerImage = Annotated[
    str,
    Matching(
        r"[a-z0-9-]+-docker\.pkg\.dev/[a-z0-9.:-]+/[a-z0-9-]+/[a-z0-9._/-]+"
        r"(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})",
        "HOST-docker.pkg.dev/PROJECT/REPOSITORY/NAME with @sha256:<64 hex digits>, or with a tag",
    ),
    AfterValidator(registry_exists),
]
RepositoryUrl = Annotated[
    str, Matching(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/-]+", "an https address to clone from")
]


class TeamSettings(Section):
    """One kind of workstation: all developers of a team get the same."""

    name: Name
    """Name of the team, and of its kind of workstation."""
    image: ContainerImage
    """What runs in it: an editor and tools. In prod with a digest: a tag may move."""
    machine_type: str = "n1-standard-8"
    """The machine of each workstation; 8 vCPUs and 30 GB, and it takes GPUs, if left out."""
    t4_gpus: Literal[0, 1, 2, 4]
    """T4 GPUs of each workstation; only an n1 machine takes them."""
    home_disk_gb: Literal[10, 50, 100, 200, 500, 1000] = 200
    """Size of the disk below /home, which outlives a stopped workstation."""
    home_disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd"] = "pd-ssd"
    """Kind of that disk; a pd-standard has at least 200 GB."""
    home_reclaim_policy: Literal["RETAIN", "DELETE"] = "RETAIN"
    """What becomes of that disk when its workstation is deleted. Google's own default loses it."""
    idle_minutes: int = Field(ge=5, le=24 * 60)
    """Stopped after so long without anybody."""
    running_hours: int = Field(ge=1, le=7 * 24)
    """Stopped after so long in any case."""
    repository: RepositoryUrl | None = None
    """Where the team's code is cloned from; the editor finds it as `REPOSITORY_URL`."""
    developers: list[Email]
    """Whom a workstation is made for; each may use their own and no other."""

    @property
    def floats(self) -> bool:
        """Whether the image may be another one tomorrow."""
        return "@sha256:" not in self.image

    def workstations(self) -> dict[str, str]:
        """Id of each developer's workstation, and the developer."""
        return {_workstation_id(email): email for email in self.developers}

    @model_validator(mode="after")
    def _parts_agree(self) -> "TeamSettings":
        refuse(self._machine(), self._disk(), self._times(), self._people())
        return self

    def _machine(self) -> Iterator[Problem]:
        yield from machine_problems(self.machine_type, self.t4_gpus, "workstation")

    def _disk(self) -> Iterator[Problem]:
        small = self.home_disk_gb < _SMALLEST_STANDARD_DISK_GB
        if self.home_disk_type == "pd-standard" and small:
            yield Problem(
                ("home_disk_type",),
                f" is 'pd-standard', which a disk of {self.home_disk_gb} GB cannot be: write "
                f"pd-balanced or pd-ssd, or raise home_disk_gb to {_SMALLEST_STANDARD_DISK_GB}",
            )

    def _times(self) -> Iterator[Problem]:
        if self.idle_minutes > self.running_hours * 60:
            yield Problem(
                ("idle_minutes",),
                f" is {self.idle_minutes}, longer than running_hours lets it run: "
                f"write at most {self.running_hours * 60}",
            )

    def _people(self) -> Iterator[Problem]:
        taken: dict[str, str] = {}
        for index, email in enumerate(self.developers):
            id_ = _workstation_id(email)
            if id_ in taken:
                yield Problem(
                    ("developers", index),
                    f" is {email!r}, whose workstation would be called {id_} as that of "
                    f"{taken[id_]} is: write each person once, or move one to another team",
                )
            taken.setdefault(id_, email)


class WorkstationSettings(Section):
    """The cluster, which is reached from this network only. Without a team there is none."""

    disk_key: KeyPath | None = None
    """A key of somebody else's for home disks, in the project's region; null: the stack's own where
    mlplatform:keys.customer_managed is true, else a key that Google keeps."""
    teams: list[TeamSettings]
    """One kind of workstation for each."""
    notebooks: list[NotebookSettings]
    """Machines with a notebook server, beside the cluster."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "WorkstationSettings":
        refuse(
            self._teams_named(),
            self._notebooks_named(),
            self._stops_before_the_key_is_asked_again(),
        )
        return self

    def _teams_named(self) -> Iterator[Problem]:
        yield from names_repeated(("teams",), self.teams)

    def _notebooks_named(self) -> Iterator[Problem]:
        yield from names_repeated(("notebooks",), self.notebooks)

    def _stops_before_the_key_is_asked_again(self) -> Iterator[Problem]:
        # An encrypted workstation that runs for a day is refused when it is made.
        for index, team in enumerate(self.teams if self.disk_key else []):
            if team.running_hours > LONGEST_ENCRYPTED_HOURS:
                yield Problem(
                    ("teams", index, "running_hours"),
                    f" is {team.running_hours}, but a workstation with a disk_key runs less "
                    f"than a day: write at most {LONGEST_ENCRYPTED_HOURS}",
                )


def _workstation_id(email: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", email.partition("@")[0].lower()).strip("-")
    named = plain if plain[:1].isalpha() else f"dev-{plain}".rstrip("-")
    return named[:_ID].rstrip("-")
