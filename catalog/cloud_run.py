"""What Cloud Run gives one instance: whole processors, and the memory that goes with them.

Sources: Google's pages on the memory limits and the CPU limits of services, and on
Direct VPC egress, read in 2026-11.
"""

CPUS = (1, 2, 4, 6, 8)
"""Processors of one instance, above fractions of one."""

LEAST_MEMORY_GIB = {1: 1, 2: 1, 4: 2, 6: 4, 8: 4}
MOST_MEMORY_GIB = {1: 4, 2: 8, 4: 16, 6: 24, 8: 32}
"""By processors. The pages say it the other way: above 4 GiB two of them are needed, and so on."""

MOST_REQUESTS = 1000
"""At once, in one instance."""

LONGEST_START_SECONDS = 240
"""An instance that has not passed its start-up probe by then is given up."""


SMALLEST_SUBNET_PREFIX = 26
"""A service takes addresses of its subnet sixteen by sixteen, and is refused in a smaller one."""


def cpus_for(memory_gib: int) -> int | None:
    """The fewest processors that so much memory goes with; None if there is no such instance."""
    enough = (cpu for cpu in CPUS if LEAST_MEMORY_GIB[cpu] <= memory_gib <= MOST_MEMORY_GIB[cpu])
    return next(enough, None)
