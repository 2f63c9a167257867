"""Rules that hold over everything the program registers, and over who imports whom."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PEOPLE = (":duties:Duties::duties", ":evidence:Evidence::evidence")
"""Components that grant something to people of the stack file, and no others do."""
BASIC_ROLES = {"roles/owner", "roles/editor", "roles/viewer"}
PROVIDER_LABELS = {"environment", "managed-by", "project", "stack", "cost-center"}


def test_no_two_resources_share_a_name(program):
    assert len(set(program.urns)) == len(program.urns), "mocks accept what the engine refuses"


def test_no_resource_is_an_orphan(program):
    components = {each.urn for each in program.components}
    orphans = [
        each.name
        for each in program.registered
        if each.parent not in components
        and each not in program.components
        and not each.token.startswith("pulumi:providers:")
    ]
    assert not orphans, "a resource outside a component is in nobody's file"


def test_every_component_registers_outputs_of_its_children(program):
    for component in program.components:
        assert program.outputs.get(component.urn), f"{component.token} ends without outputs"


def test_a_components_token_names_its_file_and_its_class(program):
    for component in program.components:
        _, file, name = component.token.split(":")
        found = list((ROOT / "infra").rglob(f"{file}.py"))
        sources = [each.read_text() for each in found if "settings" not in each.parts]
        assert len(sources) == 1, f"{component.token} leads to {len(sources)} files"
        assert f"class {name}(" in sources[0], f"{component.token} leads to the wrong file"


def test_what_a_component_registered_fits_what_it_says_it_holds(program):
    """At the second deployment the engine gives a component its outputs of the first, and the SDK
    ends the program over one that is not of the type of the attribute of its name."""
    from pulumi._types import resource_types
    from pulumi.runtime.rpc import translate_output_properties

    for component in program.components:
        types = resource_types(_class_of(component.token))
        for key, value in program.outputs[component.urn].items():
            # Raises if they do not fit.
            found = translate_output_properties(
                value, str, types.get(key), transform_using_type_metadata=True
            )
            assert (found is None) == (value is None), f"{component.urn} lost {key}"


def _class_of(token: str) -> type:
    _, file, name = token.split(":")
    [source] = [
        each for each in (ROOT / "infra").rglob(f"{file}.py") if "settings" not in each.parts
    ]
    module = ".".join(source.relative_to(ROOT).with_suffix("").parts)
    return getattr(importlib.import_module(module), name)


def test_nobody_holds_a_basic_role(program):
    for each in program.registered:
        assert each.inputs.get("role") not in BASIC_ROLES, each.name


def test_nobody_unknown_or_public_is_granted_anything(program):
    grants = [each for each in program.registered if "member" in each.inputs]
    assert grants, "there are grants"
    for each in grants:
        # A person is let into a machine of their own; groups have the duties of the stack file.
        own = "/workstationIamMember:" in each.token or each.name.startswith("notebooks-for-")
        kind = "user:" if own else "serviceAccount:"
        if each.name.endswith("-signs-in"):
            kind = "principal://"  # one job of one repository
        kinds = ("group:", kind) if each.parent.endswith(PEOPLE) else kind
        assert each.inputs["member"].startswith(kinds), each.name


def labelled(token: str) -> str | None:
    """Which of its inputs holds labels of ours: `labels`, `user_labels` or none."""
    if token == "gcp:monitoring/metricDescriptor:MetricDescriptor":
        return None  # its labels are those of its series
    module, name = re.fullmatch(r"gcp:(\w+)/\w+:(\w+)", token).groups()  # type: ignore[union-attr]
    import pulumi_gcp

    known = inspect.signature(getattr(getattr(pulumi_gcp, module), name)._internal_init).parameters
    return next((each for each in ("user_labels", "labels") if each in known), None)


def test_everything_that_can_carry_labels_does(program):
    provider = program.one("pulumi:providers:gcp")
    import json

    assert set(json.loads(provider.inputs["defaultLabels"])) == PROVIDER_LABELS
    for each in program.registered:
        kind = labelled(each.token) if each.token.startswith("gcp:") else None
        if kind == "labels":
            assert "component" in each.inputs.get("labels", {}), each.name
        if kind == "user_labels":
            expected = {*PROVIDER_LABELS, "component"}
            assert expected <= set(each.inputs["userLabels"]), "no defaults reach user_labels"


def test_everything_of_a_model_says_which(program):
    for each in program.registered:
        labels = each.inputs.get("userLabels") or each.inputs.get("labels") or {}
        if each.parent.endswith("::flight-delay") and isinstance(labels, dict) and labels:
            assert labels["model"] == "flight-delay"


def test_the_first_resource_of_an_api_waits_for_the_api(program):
    apis = {each.urn for each in program.all("gcp:projects/service:Service")}
    by_urn = {each.urn: each for each in program.registered}

    def waits(urn: str) -> bool:
        needs = by_urn[urn].depends_on
        return bool(needs & apis) or any(waits(need) for need in needs)

    for each in program.registered:
        if each.token.startswith("gcp:") and each.urn not in apis:
            assert waits(each.urn), f"{each.name} may be created before its API is enabled"


MOST_REGISTRATIONS = 7
"""Of a model in one region: itself, endpoint, grant, its own bounds, run."""
OF_A_STANDBY = 2
"""Endpoint and grant in the other region."""


def test_a_model_costs_few_registrations_in_every_stack(program):
    models = [
        each
        for each in program.components
        if each.token
        in {"mlplatform:model_service:ModelService", "mlplatform:cloud_run:CloudRunService"}
    ]
    assert models
    for model in models:
        children = [each for each in program.registered if each.parent == model.urn]
        two_regions = model.name in program.exports["standby_endpoints"]
        most = MOST_REGISTRATIONS + (OF_A_STANDBY if two_regions else 0)
        assert 1 + len(children) <= most, f"a thousand models are a thousand times {model.name}"


# Who may import whom. A room is the longest of these names that an import begins with.
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
