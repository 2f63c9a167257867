"""How a machine says when it may be deleted: what the graph writes and a function reads.

As labels; a slice that waits in a queue has none, and says the same in its description.
"""

from collections.abc import Mapping

TTL_HOURS = "ttl-hours"
"""Label: it may be deleted so many hours after it was made."""
KEEP = "keep"
"""Label: whatever its value, nothing deletes it by itself."""
_OWN = ("managed-by", "project", "environment", "stack", "component", KEEP, TTL_HOURS)


def lifetime(hours: int, *, kept: bool) -> dict[str, str]:
    """The labels of a machine."""
    return {TTL_HOURS: str(hours)} | ({KEEP: "true"} if kept else {})


def in_words(labels: Mapping[str, str]) -> str:
    """What of the labels says whose a machine is and until when, for a description."""
    return " ".join(f"{key}={labels[key]}" for key in _OWN if key in labels)


def from_words(description: str) -> dict[str, str]:
    """The labels in a description."""
    pairs = (word.partition("=") for word in description.split())
    return {key: value for key, sign, value in pairs if sign and key in _OWN}
