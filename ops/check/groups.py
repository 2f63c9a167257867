"""What checks are called on the command line."""

from enum import StrEnum


class Group(StrEnum):
    """One kind of check."""

    TOOLS = "tools"
    PROJECT = "project"
    PERMISSIONS = "permissions"
    QUOTAS = "quotas"
    MACHINES = "machines"
    BUCKETS = "buckets"
    SPARK = "spark"


OFFLINE = (Group.TOOLS,)
"""What needs no project."""
