"""The words in which the engine refuses, which are the CLI's."""

from localcloud.engine import urn as urns
from localcloud.engine.state import ResourceState
from localcloud.engine.values import Secret, Unknown

REPLACED_IMPORT = (
    "previously-imported resources that still specify an ID may not be replaced; "
    "please remove the `import` declaration from your program"
)


def replacement(urn: str, because_of: str = "") -> str:
    because = f' as part of replacing "{because_of}" ' if because_of else "\n"
    return (
        f'unable to replace resource "{urn}"{because}'
        "as it is currently marked for protection. To unprotect the resource, remove the `protect` "
        "flag from the resource in your Pulumi program and run `pulumi up`"
    )


def deletion(urn: str) -> str:
    return (
        f'resource "{urn}" cannot be deleted\n'
        "because it is protected. To unprotect the resource, either remove the `protect` flag from "
        "the resource in your Pulumi program and run `pulumi up`, or use the command:\n"
        f"`pulumi state unprotect '{urn}'`"
    )


def ignored_paths(texts: list[str]) -> str:
    return (
        "cannot ignore changes to the following properties because one or more elements of the "
        f'path are missing: "{", ".join(texts)}"'
    )


def missing_target(target: str) -> str:
    hint = "" if "$" in target else " Did you forget to escape $ in your shell?"
    return f"Target '{target}' could not be found in the stack.{hint}"


def untargeted_deletion(urn: str) -> str:
    return (
        f"Resource '{urn}' will be destroyed but was not specified in --target list.\n"
        "Either include resource in --target list or destroy the whole stack."
    )


def check_failure(new: ResourceState, name: str, reason: str) -> str:
    """An input that the provider does not accept; `name` is "" if it is none in particular."""
    label = f"{new.type} resource '{urns.name_of(new.urn)}'"
    if not name:
        return f"{label} has a problem: {reason}"
    value = _go_text(new.inputs.get(name))
    return f"{label}: property {name} value {{{value}}} has a problem: {reason}"


def _go_text(value: object) -> str:
    """A value as the CLI prints it in this one message."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{k}:{{{_go_text(v)}}}' for k, v in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(f'{{{_go_text(item)}}}' for item in value)}]"
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Unknown):
        return "<computed>"
    if isinstance(value, bool):
        return str(value).lower()
    return "<nil>" if value is None else str(value)
