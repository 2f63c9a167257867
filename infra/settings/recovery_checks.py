"""Rules between the regions, the recovery tier and the rest of the stack file.

The arithmetic of a promise is in the sentence that refuses it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from catalog.dual_regions import dual_region, partners
from catalog.slas import ONLINE_PREDICTION_NODES, SLAS, serving_percent
from catalog.tiers import TIERS, TierName
from infra.settings.models import ModelSettings
from infra.settings.problems import Path, Problem, rule
from jobs import workloads

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

_IN_TWO_REGIONS = ("default", "turbo")
_INTERVAL = "checkpoint_every_minutes"


@rule
def recovery_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about regions and tiers, in the order of the stack file."""
    yield from _allowed(settings)
    yield from _standby_allowed(settings)
    yield from _standby(settings)
    yield from _laid_out(settings)
    yield from _keys(settings)


@rule
def model_recovery_checks(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    """What a model's tier and target ask for and do not get; paths below the model."""
    yield from _tier(settings, model)
    if settings.tier_of(model).training_moves:
        yield from _training(settings, model)
        yield from _checkpoints(settings, model)
    yield from _availability(settings, model)


@rule
def _allowed(settings: "StackSettings") -> Iterator[Problem]:
    yield from _within(settings, lambda: [(("project", "region"), settings.project.region)])
    yield from _within(settings, lambda: _subnets(settings))
    if settings.keys.customer_managed:
        yield from _within(settings, lambda: _numbered(("keys", "regions"), settings.keys.regions))


@rule
def _standby_allowed(settings: "StackSettings") -> Iterator[Problem]:
    standby = settings.recovery.standby_regions
    yield from _within(settings, lambda: _numbered(("recovery", "standby_regions"), standby))


@rule
def _within(
    settings: "StackSettings", used: Callable[[], Iterable[tuple[Path, str]]]
) -> Iterator[Problem]:
    allowed = settings.project.allowed_regions
    for path, region in used():
        if region not in allowed:
            yield Problem(
                path,
                f" is {region!r}, but data may lie in {', '.join(allowed)} only "
                f"(mlplatform:project.allowed_regions): write one of these, or add {region}",
            )


def _subnets(settings: "StackSettings") -> Iterator[tuple[Path, str]]:
    for index, subnet in enumerate(settings.network.subnets):
        yield ("network", "subnets", index, "region"), subnet.region


def _numbered(path: Path, regions: list[str]) -> Iterator[tuple[Path, str]]:
    for index, region in enumerate(regions):
        yield (*path, index), region


@rule
def _standby(settings: "StackSettings") -> Iterator[Problem]:
    tier, standby = TIERS[settings.recovery.tier], settings.recovery.standby_regions
    region = settings.project.region
    if region in standby:
        yield Problem(
            ("recovery", "standby_regions"),
            f" names {region}, which is lost when it is needed (mlplatform:project.region): "
            f"write another region, such as {_others(region)}",
        )
        return
    if tier.copies == "none":
        return
    if not standby:
        yield Problem(
            ("recovery", "tier"),
            f" is {tier.name!r}, which needs a copy in a second region, but "
            f"mlplatform:recovery.standby_regions is []: add one, such as {_others(region)}, "
            "or write tier regional",
        )
    elif tier.copies in _IN_TWO_REGIONS and dual_region(region, standby[0]) is None:
        yield Problem(
            ("recovery", "standby_regions"),
            f" begins with {standby[0]}, but no bucket can be in {region} and {standby[0]}, as "
            f"tier {tier.name} needs: begin with {_joined(region)}, or write tier copied, "
            "which promises no time",
        )


def _others(region: str) -> str:
    return _joined(region) if partners(region) else "one of mlplatform:project.allowed_regions"


def _joined(region: str) -> str:
    found = partners(region)
    return f"{' or '.join(found)}" if found else f"another project region ({region} has no partner)"


@rule
def _laid_out(settings: "StackSettings") -> Iterator[Problem]:
    for region in settings.recovery.standby_regions:
        if region not in settings.network.regions:
            yield Problem(
                ("network", "subnets"),
                f" are in {', '.join(settings.network.regions)}, but work goes to {region} when "
                f"{settings.project.region} is lost (mlplatform:recovery.standby_regions): add a "
                f"subnet with region {region}",
            )
        if settings.keys.customer_managed and region not in settings.keys.regions:
            yield Problem(
                ("keys", "regions"),
                f" is {', '.join(settings.keys.regions)}, but images and endpoints of {region} "
                "(mlplatform:recovery.standby_regions) are encrypted with keys of that region: "
                f"add {region}",
            )


@rule
def _keys(settings: "StackSettings") -> Iterator[Problem]:
    wanted = settings.store_location.key_location
    for index, each in enumerate(settings.keys.existing):
        if each.region not in (*settings.keys.regions, wanted):
            yield Problem(
                ("keys", "existing", index, "key"),
                f" is in {each.region}, but what tier {settings.recovery.tier} stores is "
                f"encrypted with a key of {wanted}: write a key of {wanted}",
            )


@rule
def _tier(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    own, stack = settings.tier_of(model), TIERS[settings.recovery.tier]
    if own.needs_more_than(stack):
        yield Problem(
            ("tier",),
            f" is {own.name!r}, but the stores are of tier {stack.name} "
            f"(mlplatform:recovery.tier): {_weaker(own.name, stack.name)}",
        )


def _weaker(wanted: TierName, given: TierName) -> str:
    enough = [each.name for each in TIERS.values() if not each.needs_more_than(TIERS[given])]
    return f"write {' or '.join(enough)}, or raise mlplatform:recovery.tier to {wanted}"


@rule
def _training(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    family = model.training.machine.family
    for region in settings.recovery.standby_regions[:1]:
        if region not in family.training_regions:
            yield Problem(
                ("training", "shape"),
                f" is {model.training.shape!r}, which tier {settings.tier_of(model).name} moves to "
                f"{region}, where Vertex AI does not train on {family.name}: write tier serving, "
                "whose trainings wait, or a standby region of "
                f"{', '.join(family.training_regions)}",
            )


@rule
def _checkpoints(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    tier = settings.tier_of(model)
    most, replication = tier.max_checkpoint_minutes, tier.replication_minutes or 0
    interval = _interval(model)
    if most is None:
        return
    if interval is None:
        yield Problem(
            ("workload",),
            f" is {model.workload!r}, whose arguments have no {_INTERVAL}, so nobody can say how "
            f"old a checkpoint is: tier {tier.name} takes at most {most} minutes",
        )
    elif interval > most:
        yield Problem(
            ("arguments", _INTERVAL),
            f" is {interval:g}, and {interval:g} minutes between checkpoints and {replication} "
            f"minutes of replication are {interval + replication:g}, more than the "
            f"{tier.rpo_minutes} minutes that tier {tier.name} may lose: write at most {most}",
        )


def _interval(model: ModelSettings) -> float | None:
    arguments: Any = workloads.arguments_model(model.workload).model_validate(model.arguments)
    return getattr(arguments, _INTERVAL, None)


@rule
def _availability(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    target, machines = model.availability_percent, model.serving.machines(settings.serving_pools)
    if target is None or machines is None:
        return
    nodes = machines.min_replicas
    if nodes < ONLINE_PREDICTION_NODES:
        yield Problem(
            ("availability_percent",),
            f" is {target:g}, but Google promises nothing about an endpoint on {nodes} node: "
            f"raise its min_replicas to {ONLINE_PREDICTION_NODES}, or write null",
        )
        return
    regions = 2 if settings.tier_of(model).standby_endpoint else 1
    reached, both = (serving_percent(nodes=nodes, regions=count) for count in (regions, 2))
    if reached is None or both is None or target <= reached:
        return
    instead = "" if regions > 1 else f", or tier serving, whose two endpoints reach {both:f}"
    yield Problem(
        ("availability_percent",),
        f" is {target:g}, but Google promises {SLAS['online-prediction'].percent} for an endpoint, "
        "which in "
        f"{regions} {'region' if regions == 1 else 'regions'} makes {reached:f}: "
        f"write at most {reached:f}{instead}",
    )
