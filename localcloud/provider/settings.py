"""The provider's configuration: the few keys that change what our cloud answers.

Keys that only matter to Google's network (endpoints, credentials, batching) are accepted and have
no effect. Does not read the stack: the engine hands the keys over.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from localcloud.provider.protocol import ProviderError

_PROJECT_VARIABLES: Final = (
    "GOOGLE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GCLOUD_PROJECT",
    "CLOUDSDK_CORE_PROJECT",
)
_REGION_VARIABLES: Final = ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION")
_ZONE_VARIABLES: Final = ("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE")
_NO_PROJECT: Final = "local-project"
_NO_REGION: Final = "us-central1"

# In the stack file only: `gcp.Provider` has no such arguments. The last are the engine's own.
_CONFIGURATION_ONLY: Final = frozenset(
    {"skipRegionValidation", "disableGlobalProjectWarning", "version", "pluginDownloadURL"}
)
DELETION_POLICIES: Final = ("DELETE", "PREVENT", "ABANDON")


@dataclass(frozen=True)
class ProviderSettings:
    """What resources fall back to, and the labels that all of them get."""

    project: str
    region: str
    zone: str
    default_labels: Mapping[str, str]
    attribution_label: bool
    deletion_policy: str


def provider_settings(config: Mapping[str, Any]) -> ProviderSettings:
    """Reads the provider's inputs; nested values may be JSON texts, as the CLI passes them.

    Raises:
        ProviderError: A value that the provider refuses.
    """
    region = _text(config, "region", _REGION_VARIABLES) or _NO_REGION
    policy = config.get("deletionPolicy") or "DELETE"
    if policy not in DELETION_POLICIES:
        raise ProviderError(
            f"gcp:deletionPolicy is '{policy}': write one of {', '.join(DELETION_POLICIES)}"
        )
    labels = _parsed(config.get("defaultLabels")) or {}
    if not isinstance(labels, dict):
        raise ProviderError(
            f"gcp:defaultLabels is {labels!r}: write a map of labels, such as 'team: vision'"
        )
    return ProviderSettings(
        project=_text(config, "project", _PROJECT_VARIABLES) or _NO_PROJECT,
        region=region,
        zone=_text(config, "zone", _ZONE_VARIABLES) or f"{region}-a",
        default_labels=labels,
        attribution_label=_parsed(config.get("addPulumiAttributionLabel")) is not False,
        deletion_policy=policy,
    )


def unknown_keys(config: Mapping[str, Any]) -> str | None:
    """A sentence about the first key that the gcp provider does not have, or None."""
    from pulumi_gcp.provider import ProviderArgs

    from localcloud.provider.schema import nearest, object_schema

    known = object_schema(ProviderArgs).properties.keys() | _CONFIGURATION_ONLY
    for key in config:
        if key not in known and not key.startswith("__"):
            near = nearest(key, known)
            hint = near if near.startswith("; did") else ""
            return f"the gcp provider has no configuration key 'gcp:{key}'{hint}"
    return None


def _text(config: Mapping[str, Any], key: str, variables: tuple[str, ...]) -> str:
    value = config.get(key)
    if isinstance(value, str) and value:
        return value
    return next((os.environ[name] for name in variables if os.environ.get(name)), "")


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
