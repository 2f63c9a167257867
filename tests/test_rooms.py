"""Who imports whom, and how long files and functions are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A room is the longest of these names that an import begins with.
ROOMS = {
    "catalog": {"pydantic"},
    "infra.settings": {"catalog", "jobs.spec", "jobs.workloads", "pydantic", "pydantic_core"},
    "infra": {"catalog", "infra", "jobs.spec", "pulumi", "pulumi_gcp"},
    "jobs": {"catalog", "jobs"},
    "automation": {"automation", "catalog", "jobs"},
    "ops": {"catalog", "infra.settings", "jobs", "ops", "localcloud"},
    "localcloud": {"localcloud"},
    "policy": {"catalog"},
}
OURS = {"automation", "catalog", "infra", "jobs", "ops", "localcloud", "policy"}
EXCEPTIONS = {
    ("infra/settings/loader.py", "pulumi"): "the one loader that reads a running stack",
    ("infra/settings/loader.py", "yaml"): "reads the file itself, for commands without an engine",
    ("infra/post_deploy.py", "jobs.submit"): "binds submission to the graph",
    ("policy/pack/policies.py", "pulumi"): "the pack runs in the official CLI",
}
SHUT = {
    "jobs": {"pulumi", "pulumi_gcp"},
    "automation": {"pulumi", "pulumi_gcp"},
    "ops": {"pulumi", "pulumi_gcp"},
    "catalog": {"pulumi", "pulumi_gcp"},
    "policy": {"pulumi", "pulumi_gcp"},
}


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; not what only type checkers see."""
    tree = ast.parse(file.read_text())
    package = ".".join(file.relative_to(ROOT).with_suffix("").parts[:-1])
    unseen = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"{package}.{node.module or ''}".strip(".") if node.level else node.module or ""
            whole = base in OURS or base == "infra.settings"
            yield from (f"{base}.{alias.name}" for alias in node.names) if whole else (base,)


def room(name: str) -> str:
    return "infra.settings" if name.startswith("infra.settings") else name.partition(".")[0]


def within(module: str, allowed: set[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in allowed)


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_from_the_rooms_below_it(name: str):
    folder = ROOT / name.replace(".", "/")
    for file in sorted(folder.rglob("*.py")):
        relative = file.relative_to(ROOT).as_posix()
        if room(".".join(file.relative_to(ROOT).parts)) != name:
            continue
        for module in imports(file):
            excused = any(
                relative == where and within(module, {what}) for where, what in EXCEPTIONS
            )
            ours = module.partition(".")[0] in OURS
            shut = within(module, SHUT.get(name, set()))
            own = within(module, {name})
            if (ours or shut) and not own and not excused:
                assert not shut, f"{relative} imports {module}"
                assert within(module, ROOMS[name]), f"{relative} imports {module}"


# The parts of the composition root; the one of a folder is its `root.py`.
ROOTS = {
    "infra.platform",
    "infra.foundation",
    "infra.shared",
    "infra.model_service",
}


def test_only_the_composition_root_and_model_services_use_components_of_other_concerns():
    files = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts): file
        for file in (ROOT / "infra").rglob("*.py")
    }
    concerns = {
        name
        for name, file in files.items()
        if "ComponentResource)" in file.read_text() or name == "infra.post_deploy"
    }
    assert len(concerns) > 6, "the components are found"
    for name, file in files.items():
        if name in ROOTS or file.stem == "root":
            continue
        used = set(imports(file)) & concerns
        assert not used, f"{name} uses {used}"


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def test_jobs_and_commands_load_no_client_of_google_before_they_need_one():
    for room_name in ("automation", "jobs", "ops", "infra", "catalog"):
        for file in (ROOT / room_name).rglob("*.py"):
            loaded = {
                name
                for node in ast.parse(file.read_text()).body
                if isinstance(node, ast.Import | ast.ImportFrom)
                for name in names_of(node)
            }
            slow = {each for each in loaded if each.startswith(("google.", "kfp"))}
            assert not slow, f"{file.relative_to(ROOT)} imports {slow} when it is loaded"


def lines(*rooms: str) -> int:
    return sum(
        len(file.read_text().splitlines()) for name in rooms for file in (ROOT / name).rglob("*.py")
    )


def test_the_local_cloud_stays_smaller_than_what_it_is_a_means_for():
    assert lines("localcloud") < lines("catalog", "infra", "jobs", "ops")


@pytest.mark.parametrize("name", sorted(OURS))
def test_files_and_functions_stay_readable(name: str):
    for file in (ROOT / name).rglob("*.py"):
        text = file.read_text()
        assert len(text.splitlines()) <= 300, f"{file.relative_to(ROOT)} does too much"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 60, f"{file.relative_to(ROOT)}: {node.name} does too much"
