"""The programs that people run beside this one, and the oldest versions that will do.

The floors are what the platform was built and tested with, not what might work: the official CLI
of 3.260.0 is the one whose behaviour the embedded engine was compared with.
"""

from dataclasses import dataclass
from typing import Literal

Need = Literal["always", "cloud", "optional"]


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One program."""

    name: str
    command: tuple[str, ...]
    """Prints the version."""
    floor: tuple[int, ...] | None
    """The oldest version; None: any."""
    need: Need
    """`cloud`: only for Google Cloud itself."""
    used_for: str
    install: str


TOOLS = (
    Tool(
        name="python",
        command=("python3", "--version"),
        floor=(3, 11),
        need="always",
        used_for="everything",
        install="install Python 3.11 or newer",
    ),
    Tool(
        name="make",
        command=("make", "--version"),
        floor=None,
        need="always",
        used_for="make up, make test",
        install="install make from your distribution",
    ),
    Tool(
        name="git",
        command=("git", "--version"),
        floor=None,
        need="always",
        used_for="the commit that a run carries",
        install="install git from your distribution",
    ),
    Tool(
        name="pulumi",
        command=("pulumi", "version"),
        floor=(3, 260, 0),
        need="cloud",
        used_for="pulumi preview and pulumi up",
        install="install the Pulumi CLI, see pulumi.com/docs/install",
    ),
    Tool(
        name="gcloud",
        command=("gcloud", "version"),
        floor=None,
        need="cloud",
        used_for="sign-in, mlp image build --cloud",
        install="install the Google Cloud CLI, see cloud.google.com/sdk/docs/install",
    ),
    Tool(
        name="java",
        command=("java", "-version"),
        floor=(17,),
        need="optional",
        used_for="the one test that runs Spark",
        install="install a Java 17 runtime, or go without that test",
    ),
)
