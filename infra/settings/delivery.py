"""How changes come from a repository on GitHub into this stack; without one, nothing is made."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from infra.settings.cron import Schedule
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

Owner = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?",
        "the name of a GitHub user or group alone, such as 'example': letters, digits and "
        "hyphens, no address",
    ),
]
RepositoryName = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9._-]{1,96}(?<!\.git)",
        "the name of a repository alone, without its owner and without '.git'",
    ),
]
PoolId = Annotated[
    str,
    Matching(
        r"(?!gcp-)[a-z0-9-]{4,32}",
        "4 to 32 small letters, digits and hyphens that do not begin with 'gcp-'",
    ),
]
SecretVersion = Annotated[
    str,
    Matching(
        r"projects/[a-z0-9-]+/secrets/[A-Za-z0-9_-]{1,255}/versions/[1-9][0-9]*",
        "the name of one version of a secret, such as "
        "projects/PROJECT/secrets/github-token/versions/1; never the value",
        hidden=True,
    ),
]
GitHubEnvironment = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}",
        "the name of an environment on GitHub, of 1 to 63 letters, digits, hyphens and underscores",
    ),
]
Branch = Annotated[
    str,
    Matching(
        r"(?!refs/)(?!.*(\.\.|//|/\.|\.lock(/|$)))[A-Za-z0-9_]([A-Za-z0-9._/-]{0,198}[A-Za-z0-9_-])?",
        "the name of a branch, such as 'main' or 'release/1.0', without refs/heads/ and signs that "
        "stand for others",
    ),
]
BuildMachine = Literal[
    "E2_MEDIUM", "E2_HIGHCPU_8", "E2_HIGHCPU_32", "N1_HIGHCPU_8", "N1_HIGHCPU_32"
]


_LONGEST_SUBJECT = 127
"""Of a token that Google exchanges, in bytes."""


class GitHubSettings(Section):
    """The repository. A name can be somebody else's one day, a number cannot: both are held."""

    owner: Owner
    """User or organisation that the repository belongs to."""
    owner_id: int = Field(ge=1)
    """Its number: `gh api users/OWNER --jq .id`."""
    repository: RepositoryName
    """Name of the repository, without its owner."""
    repository_id: int = Field(ge=1)
    """Its number: `gh api repos/OWNER/REPOSITORY --jq .id`."""

    def subject(self, jobs: str) -> str:
        """What GitHub's tokens say of these jobs of the repository."""
        return f"repo:{self.owner}/{self.repository}:{jobs}"


class SignInSettings(Section):
    """How CI signs in without a key: tokens of GitHub are exchanged for short ones of Google."""

    pool: PoolId
    """Id of the pool. A deleted one keeps its id for 30 days: to make it anew, write another."""
    apply_environment: GitHubEnvironment
    """The one environment on GitHub whose jobs may deploy; its reviewers are set there."""


class WorkstationImageSettings(Section):
    """The image of workstations, built when one of its files changes on the branch."""

    rebuild_cron: Schedule | None
    """When it is also built on the newest base, in UTC; null: only when its files change."""


class BuildSettings(Section):
    """Image builds by Cloud Build, of every commit on the branch."""

    branch: Branch
    """Branch whose commits are built."""
    machine: BuildMachine
    """Machine of a build; larger ones build faster and cost more a minute."""
    app_installation_id: int = Field(ge=1)
    """Number of the Cloud Build app's installation on GitHub; somebody installs it there once."""
    token: SecretVersion
    """Version of the secret with the token that the installation gave."""
    jax: Literal["cpu", "tpu", "cuda12"]
    """Build of JAX that the image of the jobs holds."""
    workstations: WorkstationImageSettings | None
    """Build the image of `workstations/Dockerfile`, too; null: the jobs' alone."""


class DeliverySettings(Section):
    """Repository, sign-in of CI, and builds; each can be absent."""

    github: GitHubSettings | None
    """Where the source is; null: no repository is known here, and nothing below is made."""
    sign_in: SignInSettings | None
    """Let jobs of the repository sign in; null: none can."""
    builds: BuildSettings | None
    """Build images here; null: `mlp image build` by hand."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "DeliverySettings":
        refuse(self._without_a_repository(), self._refused_sign_in())
        return self

    def _without_a_repository(self) -> Iterator[Problem]:
        for key, value in (("sign_in", self.sign_in), ("builds", self.builds)):
            if value is not None and self.github is None:
                yield Problem(
                    (key,),
                    " is set, but github is null and names no repository: write its owner and "
                    "name there, or null here",
                )

    def _refused_sign_in(self) -> Iterator[Problem]:
        if self.github is None or self.sign_in is None:
            return
        name = self.sign_in.apply_environment
        excess = len(self.github.subject(f"environment:{name}")) - _LONGEST_SUBJECT
        if excess > 0:
            yield Problem(
                ("sign_in", "apply_environment"),
                f" is {name!r}, but with the names of owner and repository the subject of a job's "
                f"token is {excess} characters longer than the {_LONGEST_SUBJECT} that Google "
                "takes: shorten one of the three",
            )
