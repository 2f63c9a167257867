"""Every stack comes up on this machine, has nothing left to do, and goes away to nothing."""

import re

import pytest
from project_copy import Project

pytestmark = pytest.mark.slow

REHEARSED = ("dev", "staging", "prod")


def unprotect(project: Project, steps: str) -> None:
    """Write into the stack file what the refusal says, word by word."""
    file = re.search(r"in (Pulumi\.\w+\.yaml) write", steps)
    assert file, steps
    path = file[1]
    if "`mlplatform:environment: staging`" in steps:
        project.edit(path, "mlplatform:environment: prod", "mlplatform:environment: staging")
    project.edit(path, "enabled: true", "enabled: false")


@pytest.mark.parametrize("stack", REHEARSED)
def test_a_stack_comes_up_then_needs_nothing_then_goes_away_whole(project: Project, stack: str):
    assert "create" in project.mlp("up", "--stack", stack)
    assert "unchanged" in project.mlp("preview", "--stack", stack, "--expect-no-changes")
    if stack != "dev":
        refused = project.mlp("down", "--stack", stack, code=1)
        assert "so nothing was touched" in refused
        unprotect(project, refused)
        project.mlp("up", "--stack", stack)
    assert "nothing is left" in project.mlp("down", "--stack", stack)
    assert not (project.root / ".mlplatform" / stack).exists()
