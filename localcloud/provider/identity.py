"""Ids and computed outputs: what the cloud would answer for inputs that it accepts.

Everything is a function of the type, the id, the inputs and the provider's settings: no time and no
chance. `identities` holds the types that differ from the common rule, `generic` the values of
outputs that no table knows.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from localcloud.provider.agents import agent_email
from localcloud.provider.generic import generic_value
from localcloud.provider.identities import IDENTITIES
from localcloud.provider.protocol import UNKNOWN, Properties, Unknown
from localcloud.provider.schema import ObjectSchema, OutputProperty, ResourceSchema
from localcloud.provider.settings import ProviderSettings
from localcloud.provider.templates import constants, converted, filled

_PLACES: Final = ("location", "region", "zone")
_ABBREVIATIONS: Final = {"vertex": "Ai", "tpu": "V2", "compute": "Region"}


def is_iam_member(label: str) -> bool:
    """Whether the type is one grant to one member: it has no name, and may exist already."""
    return label.lower().endswith("iammember")


def has_certain_id(schema: ResourceSchema) -> bool:
    """Whether two resources of one id are surely the same thing in the cloud, too."""
    return schema.label in IDENTITIES or schema.label.startswith("compute.")


def resource_id(
    schema: ResourceSchema, inputs: Properties, settings: ProviderSettings, urn: str, attempt: int
) -> str | Unknown:
    """The id of a resource; what the server chooses differs from one attempt to the next."""
    identity = IDENTITIES.get(schema.label)
    template = identity.id if identity else default_template(schema)
    variables = _variables(schema, inputs, settings, UNKNOWN)
    variables["unique"] = digits(f"{urn}#{attempt}")
    variables["sequence"] = str(attempt + 1)
    id_ = filled(template, variables)
    if isinstance(id_, Unknown):
        return UNKNOWN
    if template.startswith("projects/"):
        # A parent may be given by its short name or by its whole resource name.
        id_ = id_[id_.rfind("projects/") :]
    condition = inputs.get("condition")
    if is_iam_member(schema.label) and isinstance(condition, dict):
        id_ += f"/{condition.get('title')}"
    return id_


def digits(text: str, count: int = 19) -> str:
    """A stable number of `count` digits without a leading zero."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:12])
    return str(10 ** (count - 1) + number % (9 * 10 ** (count - 1)))


def project_number(project: str) -> str:
    """The number of a project: twelve digits made of its id; a number is its own."""
    return project if project.isdigit() else digits(f"projects/{project}", 12)


def outputs(
    schema: ResourceSchema, id_: str | Unknown, inputs: Properties, settings: ProviderSettings
) -> Properties:
    """Every output that the SDK declares for the type: given, computed, or None.

    With an unknown id (a preview) what depends on it is unknown, too.
    """
    identity = IDENTITIES.get(schema.label)
    templates = identity.outputs if identity else {}
    variables = _variables(schema, inputs, settings, id_)
    result = {name: value for name, value in inputs.items() if not name.startswith("__")}
    for name, output in schema.outputs.items():
        if result.get(name) is None:
            result[name] = _computed(schema, name, output, templates, variables)
    for path, template in templates.items():
        if "." in path:
            _complete(result, path, filled(template, variables))
    if schema.label == "storage.Bucket" and isinstance(result["location"], str):
        result["location"] = result["location"].upper()
    return result | _label_outputs(schema.outputs, inputs, settings)


def _computed(
    schema: ResourceSchema,
    name: str,
    output: OutputProperty,
    templates: Mapping[str, str],
    variables: Mapping[str, Any],
) -> Any:
    if name in templates:
        return converted(filled(templates[name], variables), output.kind.sort)
    given_by_settings = name == "project" or (name in _PLACES and output.always)
    if given_by_settings or name == "deletionPolicy":
        return variables[name]
    is_input = name in schema.inputs.properties
    if is_input and not output.always:
        return None
    return generic_value(schema, name, output.kind, variables["id"], digits)


def _complete(outputs_: Properties, path: str, value: Any) -> None:
    """Sets `object.property` where the object (or list of objects) is given without it."""
    top, _, leaf = path.partition(".")
    holders = outputs_.get(top)
    if isinstance(holders, dict):
        outputs_[top] = {leaf: value, **holders}
    elif isinstance(holders, list):
        outputs_[top] = [
            {leaf: value, **holder} if isinstance(holder, dict) else holder for holder in holders
        ]


def _variables(
    schema: ResourceSchema, inputs: Properties, settings: ProviderSettings, id_: str | Unknown
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "project": settings.project,
        "region": settings.region,
        "zone": settings.zone,
        "location": settings.region,
        "deletionPolicy": settings.deletion_policy,
    }
    identity = IDENTITIES.get(schema.label)
    if identity:
        values |= constants(identity.outputs)
    given = {name: value for name, value in inputs.items() if value is not None}
    if "region" in given and "location" not in given:
        values["location"] = given["region"]
    values |= given
    project = values["project"]
    number = project_number(project) if isinstance(project, str) else UNKNOWN
    service = values.get("service")
    values["projectNumber"] = number
    if isinstance(service, str) and isinstance(number, str):
        values["agent"] = agent_email(service, number)
    values["id"] = id_
    if isinstance(id_, Unknown):
        return values | dict.fromkeys(("leaf", "leafNumber", "digits", "short"), UNKNOWN)
    values["leaf"] = id_.rsplit("/", 1)[-1]
    values["leafNumber"] = project_number(values["leaf"])
    values["digits"] = digits(id_)
    values["short"] = digits(id_, 10)
    return values


def default_template(schema: ResourceSchema) -> str:
    """How most of Google's APIs spell a resource name, from the properties that a type has."""
    module, name = schema.label.split(".")
    names = schema.inputs.properties
    if is_iam_member(schema.label):
        target = [key for key in names if key not in ("role", "member", "condition")]
        return "/".join(f"{{{key}}}" for key in (*target, "role", "member"))
    tail = f"{_collection(module, name)}/{_key(name, schema.inputs)}"
    if module == "compute":
        place = "zones/{zone}" if "zone" in names else "global"
        place = "regions/{region}" if "region" in names else place
        return f"projects/{{project}}/{place}/{tail}"
    if "zone" in names:
        return f"projects/{{project}}/locations/{{zone}}/{tail}"
    if "location" in names or "region" in names:
        return f"projects/{{project}}/locations/{{location}}/{tail}"
    return f"projects/{{project}}/{tail}"


def _collection(module: str, name: str) -> str:
    if module == "compute":
        name = name.removeprefix("Global")
    name = name.removeprefix(_ABBREVIATIONS.get(module, "")) or name
    if name.endswith("y") and name[-2] not in "aeiou":
        plural = f"{name[:-1]}ies"
    else:
        plural = f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"
    return plural[0].lower() + plural[1:]


def _key(name: str, inputs: ObjectSchema) -> str:
    own = f"{name[0].lower()}{name[1:]}Id"
    for candidate in ("name", own):
        if candidate in inputs.properties:
            return f"{{{candidate}}}"
    explicit = [key for key in inputs.required if key.endswith("Id")]
    return "/".join(f"{{{key}}}" for key in explicit) if explicit else "{unique}"


def _label_outputs(
    declared: Mapping[str, OutputProperty], inputs: Properties, settings: ProviderSettings
) -> Properties:
    if "effectiveLabels" not in declared:
        return {}
    own = inputs.get("labels")
    if isinstance(own, Unknown):
        return {"pulumiLabels": UNKNOWN, "effectiveLabels": UNKNOWN}
    labels = {**settings.default_labels, **(own or {})}
    attribution = {"goog-pulumi-provisioned": "true"} if settings.attribution_label else {}
    return {"pulumiLabels": labels, "effectiveLabels": {**attribution, **labels}}
