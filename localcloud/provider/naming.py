"""Names that the provider gives: `<logical name>-<7 hex digits>`, and the types that may not.

Owns which input is named automatically and how. Does not judge names that a program gives: see
`rules`.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from localcloud.provider.protocol import Properties
from localcloud.provider.schema import ResourceSchema

_SUFFIX: Final = re.compile(r".*-[0-9a-f]{7}", re.DOTALL)

# The input that is named automatically where it is not `name`, and the longest name allowed.
_NAMED_INPUT: Final = {
    "dataproc.MetastoreService": "serviceId",
    "projects.IAMCustomRole": "roleId",
    "secretmanager.Secret": "secretId",
    "serviceaccount.Account": "accountId",
}
_LONGEST: Final = {
    "dataproc.MetastoreService": 63,
    "secretmanager.Secret": 255,
    "serviceaccount.Account": 30,
    "storage.Bucket": 63,
    "organizations.Project": 25,
}
_LONGEST_ELSEWHERE: Final = 63

# Other compute types keep the case of the logical name, and then refuse upper case.
_LOWERED: Final = frozenset(
    f"compute.{n}" for n in ("Network", "Subnetwork", "Router", "RouterNat")
)

_UNDERSCORES: Final = "it takes only a-z, 0-9 and '_', at most 60 characters, such as 'ml_dev'"
_REFUSED: Final = {
    "vertex.AiEndpoint": "it takes only digits, at most 10 and no leading zero, such as 421133700",
    "vertex.AiFeatureStore": _UNDERSCORES,
    "vertex.AiFeatureOnlineStore": _UNDERSCORES,
    "vertex.AiFeatureOnlineStoreFeatureview": _UNDERSCORES,
    "vertex.AiFeatureGroup": _UNDERSCORES,
    "vertex.AiFeatureGroupFeature": _UNDERSCORES,
    "vertex.AiMetadataStore": _UNDERSCORES,
    "storage.TransferJob": "it must begin with 'transferJobs/', such as 'transferJobs/replication'",
    "orgpolicy.Policy": "write the path 'projects/<project number>/policies/<constraint>'",
    "accesscontextmanager.AccessLevel": "write 'accessPolicies/<id>/accessLevels/<short_name>'",
    "accesscontextmanager.ServicePerimeter": (
        "write 'accessPolicies/<id>/servicePerimeters/<short_name>'"
    ),
    "dataproc.SessionTemplate": (
        "write 'projects/<project>/locations/<region>/sessionTemplates/<id>'"
    ),
    "projects.IAMCustomRole": "it takes only a-z, A-Z, 0-9, '_' and '.', such as 'pipelineRunner'",
}


@dataclass(frozen=True)
class Named:
    """The input that was named and its value, or why no name can be given."""

    property: str
    value: str = ""
    refusal: str = ""


def named_input(schema: ResourceSchema) -> str | None:
    """The input that gets an automatic name when a program gives none."""
    name = _NAMED_INPUT.get(schema.label, "name")
    if name not in schema.inputs.properties:
        return None
    return None if name in schema.inputs.required else name


def automatic_name(
    schema: ResourceSchema, urn: str, olds: Properties, news: Properties, seed: bytes
) -> Named | None:
    """The name to fill in; None if the program gives one or the type has none.

    An update keeps the automatic name it has. A replacement is checked without old inputs and so
    gets another one, as its seed differs: both can exist at the same time.
    """
    name = named_input(schema)
    if name is None or news.get(name) is not None:
        return None
    if schema.label in _REFUSED:
        reason = f"{schema.label} needs an explicit '{name}': {_REFUSED[schema.label]}"
        return Named(name, refusal=reason)
    old = olds.get(name)
    if isinstance(old, str) and _SUFFIX.fullmatch(old):
        return Named(name, old)
    longest = _LONGEST.get(schema.label, _LONGEST_ELSEWHERE)
    return Named(name, _name(schema, urn.rsplit("::", 1)[-1], seed + urn.encode(), longest))


def _name(schema: ResourceSchema, logical: str, entropy: bytes, longest: int) -> str:
    suffix = hashlib.sha256(entropy).hexdigest()[:7]
    keeps_case = schema.label.startswith("compute.") and schema.label not in _LOWERED
    base = logical if keeps_case else logical.lower()
    return f"{base[: longest - 8]}-{suffix}"
