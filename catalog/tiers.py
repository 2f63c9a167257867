"""Recovery tiers: what is promised when a region is lost, and what the promise takes.

The targets are the platform's own. How fast Cloud Storage copies is Google's, from its page on
availability and durability of 2026-04-08. Where copies lie is derived in `infra.settings.recovery`.
"""

from dataclasses import dataclass
from typing import Literal

Copies = Literal["none", "transfer", "default", "turbo"]
"""How objects reach a second region: not at all; by a Storage Transfer job into another bucket; in
one bucket over two regions; in such a bucket with turbo replication. Each is stronger than the one
before."""
COPIES: tuple[Copies, ...] = ("none", "transfer", "default", "turbo")

REPLICATION_MINUTES: dict[Copies, int | None] = {
    "none": None,
    # Usually minutes, but Google promises no time, copies no object that was there before, and
    # passes no deletion on.
    "transfer": None,
    "default": 12 * 60,
    "turbo": 15,
}
"""After so many minutes an object is in both regions; None where nobody promises a time."""

TierName = Literal["regional", "copied", "durable", "serving", "continuous"]


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One promise."""

    name: TierName
    copies: Copies
    rpo_minutes: int | None
    """At most so much work is lost with a region; None: no bound is promised."""
    rto_minutes: int | None
    """So long until it goes on elsewhere; None: when the region is back."""
    standby_endpoint: bool
    """A second endpoint serves the same version in the standby region all the time."""
    training_moves: bool
    """A training goes on from its last checkpoint in the standby region."""

    @property
    def replication_minutes(self) -> int | None:
        return REPLICATION_MINUTES[self.copies]

    @property
    def max_checkpoint_minutes(self) -> int | None:
        """What the promise leaves for the time between checkpoints; None: no bound.

        The newest checkpoint is as old as the interval when the region fails, and the one that has
        reached the other region is older by the time of replication.
        """
        if not self.training_moves or self.rpo_minutes is None:
            return None
        return self.rpo_minutes - (self.replication_minutes or 0)

    def needs_more_than(self, other: "Tier") -> bool:
        """Whether stores that are enough for the other tier are too weak for this one."""
        return COPIES.index(self.copies) > COPIES.index(other.copies)


TIERS: dict[TierName, Tier] = {
    tier.name: tier
    for tier in (
        Tier(
            name="regional",
            copies="none",
            rpo_minutes=None,
            rto_minutes=None,
            standby_endpoint=False,
            training_moves=False,
        ),
        # For regions that no bucket can share.
        Tier(
            name="copied",
            copies="transfer",
            rpo_minutes=None,
            rto_minutes=24 * 60,
            standby_endpoint=False,
            training_moves=False,
        ),
        Tier(
            name="durable",
            copies="default",
            rpo_minutes=12 * 60,
            rto_minutes=24 * 60,
            standby_endpoint=False,
            training_moves=False,
        ),
        # Training waits for its region, whose accelerator the other one may not have.
        Tier(
            name="serving",
            copies="turbo",
            rpo_minutes=30,
            rto_minutes=15,
            standby_endpoint=True,
            training_moves=False,
        ),
        Tier(
            name="continuous",
            copies="turbo",
            rpo_minutes=30,
            rto_minutes=15,
            standby_endpoint=True,
            training_moves=True,
        ),
    )
}
"""Every tier by the name that a stack file uses, the weakest first."""
