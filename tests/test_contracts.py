"""Rules that hold over everything the program registers."""

import importlib
import inspect
import re
from pathlib import Path

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
