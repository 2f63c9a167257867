"""URNs: `urn:pulumi:STACK::PROJECT::PARENT-TYPES$TYPE::NAME`."""

import re

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"


def make(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """The URN of a resource; `parent` is the URN of its parent or ""."""
    qualified = type_
    if parent and qualified_type(parent) != STACK_TYPE:
        qualified = f"{qualified_type(parent)}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def qualified_type(urn: str) -> str:
    """The chain of types, as in `acme:index:Team$gcp:storage/bucket:Bucket`."""
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    """The type token of the resource itself."""
    return qualified_type(urn).rpartition("$")[2]


def name_of(urn: str) -> str:
    """The logical name; it may contain "::"."""
    return urn.split("::", 3)[3]


def package_of(type_: str) -> str:
    """`gcp` for `gcp:storage/bucket:Bucket` and for `pulumi:providers:gcp`."""
    if is_provider(type_):
        return type_.removeprefix(PROVIDER_PREFIX)
    return type_.split(":", 1)[0]


def is_provider(type_: str) -> bool:
    return type_.startswith(PROVIDER_PREFIX)


def is_default_provider(urn: str) -> bool:
    name = name_of(urn)
    return is_provider(type_of(urn)) and (name == "default" or name.startswith("default_"))


def provider_urn(reference: str) -> str:
    """The URN in a provider reference, which is `URN::ID`."""
    return reference.rpartition("::")[0]


def target_pattern(target: str) -> re.Pattern[str]:
    """What a `--target` means: `*` within one part of a URN, `**` across parts."""
    parts = re.split(r"(\*\*|\*)", target)
    wild = {"**": ".*", "*": "[^:]*"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts))
