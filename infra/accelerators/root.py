"""The part of the composition root that puts together accelerators which are not one job's.

    network, keys, identities ─┬─ cloud TPUs
    reservations, GPU networks ├─ machines of Compute Engine
                               ├─ groups that ask for flex-start machines
                               └─ warm pools of Vertex AI

Makes no resource itself. What the settings do not list is not made, and neither is its component.
"""

from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.accelerators.cloud_tpus import CloudTpus, CloudTpusArgs
from infra.accelerators.flex_groups import FlexGroups, FlexGroupsArgs
from infra.accelerators.gpu_networks import GpuNetworks, GpuNetworksArgs
from infra.accelerators.machines import Machines, MachinesArgs
from infra.accelerators.reservations import Reservations, ReservationsArgs
from infra.accelerators.virtual_machines import Card
from infra.accelerators.warm_pools import WarmPools, WarmPoolsArgs
from infra.encryption import Key
from infra.settings import StackSettings
from infra.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Accelerators:
    """What other parts and people name."""

    slices: dict[str, Output[str]]
    """Full name of each slice of Cloud TPU, or of the request that waits for it, by its name."""
    warm_pools: dict[str, Output[str]]
    """What jobs name to train in each warm pool."""


def build(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    schedule_ids: dict[str, Output[str]],
) -> Accelerators:
    """Register what the settings list."""
    cards = _gpu_networks(settings, shared, google)
    slices = _machines(settings, shared, google, cards, schedule_ids)
    _flex_groups(settings, shared, google, cards)
    return Accelerators(slices=slices, warm_pools=_warm_pools(settings, shared, google))


def _disk_keys(settings: StackSettings, shared: Shared) -> dict[str, Key]:
    """What disks are encrypted with, by region; empty where Google keeps the keys."""
    found = {each: shared.key("compute", each) for each in settings.keys.regions}
    return {region: key for region, key in found.items() if key}


def _gpu_networks(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, list[Card]]:
    if not settings.accelerators.gpu_networks:
        return {}
    args = GpuNetworksArgs(
        networks=settings.accelerators.gpu_networks,
        project_id=settings.project.id,
        names=shared.names,
        compute_api=shared.api(apis.COMPUTE),
    )
    return GpuNetworks("gpu-networks", args, google).cards


def _reservations(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    listed = settings.accelerators
    if not listed.reservations and not listed.future_reservations:
        return {}
    args = ReservationsArgs(
        reservations=listed.reservations,
        future_reservations=listed.future_reservations,
        protected=settings.protection.enabled,
        names=shared.names,
        compute_api=shared.api(apis.COMPUTE),
    )
    return Reservations("reservations", args, google).names


def _machines(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    cards: dict[str, list[Card]],
    schedule_ids: dict[str, Output[str]],
) -> dict[str, Output[str]]:
    reservations = _reservations(settings, shared, google)
    network, api = shared.foundation.network, shared.api
    tpus = [each for each in settings.accelerators.machines if each.machine.cloud_tpu]
    others = [each for each in settings.accelerators.machines if not each.machine.cloud_tpu]
    if others:
        machine_args = MachinesArgs(
            machines=others,
            names=shared.names,
            labels=shared.labels,
            subnet_ids=network.subnet_ids,
            account_email=shared.identities.trainer.email,
            account_grants=shared.identities,
            keys=_disk_keys(settings, shared),
            reservations=reservations,
            gpu_cards=cards,
            schedule_ids=schedule_ids,
            bucket_name=shared.artifacts.bucket_name,
            compute_api=api(apis.COMPUTE),
        )
        Machines("machines", machine_args, google)
    if not tpus:
        return {}
    tpu_args = CloudTpusArgs(
        machines=tpus,
        project_id=settings.project.id,
        names=shared.names,
        labels=shared.labels,
        network_id=network.network_id,
        subnet_ids=network.subnet_ids,
        account_email=shared.identities.trainer.email,
        account_grants=shared.identities,
        bucket_name=shared.artifacts.bucket_name,
        tpu_api=api(apis.TPU),
    )
    return CloudTpus("tpus", tpu_args, google).slices


def _flex_groups(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    cards: dict[str, list[Card]],
) -> None:
    if not settings.accelerators.flex_groups:
        return
    args = FlexGroupsArgs(
        groups=settings.accelerators.flex_groups,
        names=shared.names,
        labels=shared.labels,
        subnet_ids=shared.foundation.network.subnet_ids,
        account_email=shared.identities.trainer.email,
        account_grants=shared.identities,
        keys=_disk_keys(settings, shared),
        gpu_cards=cards,
        bucket_name=shared.artifacts.bucket_name,
        compute_api=shared.api(apis.COMPUTE),
    )
    FlexGroups("flex-groups", args, google)


def _warm_pools(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    if not (settings.accelerators.warm_pools and settings.vertex.enabled):
        return {}
    region, access = settings.project.region, shared.foundation.private_access
    args = WarmPoolsArgs(
        pools=settings.accelerators.warm_pools,
        location=region,
        names=shared.names,
        labels=shared.labels,
        attachment_id=access.attachments.get(region),
        attachment_grants=access,
        key=shared.key("vertex", region),
        aiplatform_api=shared.api(apis.AI_PLATFORM),
    )
    return WarmPools("warm-pools", args, google).pools
