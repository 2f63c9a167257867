"""The part of the composition root that puts together what holds data.

    keys, identities ─┬─ artifacts ─┬─ replicas, in regions that these two do not reach
                      ├─ lake ──────┘
                      ├─ evidence
                      ├─ registry, in each region ─ pipeline templates
                      └─ warehouse

Makes no resource itself. Where each is follows from the tier (`infra.settings.recovery`); each is
under the same protection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Input, Output, Resource, ResourceOptions

from catalog import services as apis
from infra.foundation import Foundation
from infra.identities import Identities
from infra.labels import Labels
from infra.naming import Names
from infra.settings import StackSettings
from infra.stores.artifacts import ArtifactStore, ArtifactStoreArgs
from infra.stores.evidence import Evidence, EvidenceArgs
from infra.stores.lake import Lake, LakeArgs
from infra.stores.registry import Registry, RegistryArgs
from infra.stores.replicas import Replicas, ReplicasArgs
from infra.stores.templates import PipelineTemplates, PipelineTemplatesArgs
from infra.stores.transfers import Transfers, TransfersArgs
from infra.stores.warehouse import Warehouse, WarehouseArgs


@dataclass(frozen=True, kw_only=True)
class Base:
    """What all stores stand on."""

    settings: StackSettings
    names: Names
    labels: Labels
    foundation: Foundation
    identities: Identities

    @property
    def readers(self) -> dict[str, Input[str]]:
        """Who runs what the stores hold, by role."""
        who = self.identities
        return {
            "runner": who.pipeline_runner.member,
            "trainer": who.trainer.member,
            "predictor": who.predictor.member,
        }


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What holds data."""

    artifacts: ArtifactStore
    lake: Lake | None
    """None where the stack file has no lake."""
    evidence: Evidence | None
    """None where the stack file has none."""
    registries: Mapping[str, Registry]
    """By region; each has the same repository."""
    templates: PipelineTemplates | None
    """None where the stack file has none."""
    replicas: Mapping[str, Replicas]
    """By region; empty where the stores reach every region themselves, or none is wanted."""
    warehouse: Warehouse


def build(base: Base, google: ResourceOptions) -> Stores:
    """Register what holds data."""
    settings = base.settings
    allowed = _transfers(base, google)
    artifacts, lake = _artifacts(base, google), _lake(base, allowed, google)
    sources = {"artifacts": artifacts.bucket_name}
    if lake:
        sources["lake"] = lake.bucket_name
    registries = {region: _registry(base, region, google) for region in settings.regions}
    return Stores(
        artifacts=artifacts,
        lake=lake,
        evidence=_evidence(base, google),
        registries=registries,
        templates=_templates(base, google),
        replicas={
            each: _replicas(base, each, sources, allowed, google)
            for each in settings.replica_regions
        },
        warehouse=_warehouse(base, google),
    )


def _artifacts(base: Base, google: ResourceOptions) -> ArtifactStore:
    settings, foundation, who = base.settings, base.foundation, base.identities
    place = settings.store_location
    args = ArtifactStoreArgs(
        settings=settings.artifacts,
        protected=settings.protection.enabled,
        place=place,
        names=base.names,
        labels=base.labels,
        pipeline_runner_member=who.pipeline_runner.member,
        trainer_member=who.trainer.member,
        predictor_member=who.predictor.member,
        storage_api=foundation.services.api(apis.STORAGE),
        key=foundation.key("storage", place.key_location),
    )
    return ArtifactStore("artifacts", args, google)


def _lake(base: Base, allowed: Sequence[Resource], google: ResourceOptions) -> Lake | None:
    settings, foundation = base.settings, base.foundation
    if settings.lake.bucket is None:
        return None
    place, readers = settings.store_location, base.readers
    args = LakeArgs(
        settings=settings.lake.bucket,
        on_premises=settings.lake.on_premises,
        protected=settings.protection.enabled,
        place=place,
        names=base.names,
        labels=base.labels,
        reader_members={role: readers[role] for role in ("runner", "trainer")},
        storage_api=foundation.services.api(apis.STORAGE),
        transfers_allowed=allowed,
        key=foundation.key("storage", place.key_location),
    )
    return Lake("lake", args, google)


def _evidence(base: Base, google: ResourceOptions) -> Evidence | None:
    settings, foundation = base.settings, base.foundation
    if settings.artifacts.evidence is None:
        return None
    place = settings.store_location
    args = EvidenceArgs(
        settings=settings.artifacts.evidence,
        artifacts=settings.artifacts,
        protected=settings.protection.enabled,
        place=place,
        names=base.names,
        labels=base.labels,
        writer_member=base.identities.pipeline_runner.member,
        reader_members=settings.access.auditors,
        storage_api=foundation.services.api(apis.STORAGE),
        key=foundation.key("storage", place.key_location),
    )
    return Evidence("evidence", args, google)


def _registry(base: Base, region: str, google: ResourceOptions) -> Registry:
    settings, foundation = base.settings, base.foundation
    args = RegistryArgs(
        settings=settings.registry,
        protected=settings.protection.enabled,
        region=region,
        names=base.names,
        labels=base.labels,
        reader_members=base.readers,
        registry_api=foundation.services.api(apis.ARTIFACT_REGISTRY),
        key=foundation.key("registry", region),
    )
    own = region == settings.project.region
    return Registry("registry" if own else f"registry-{region}", args, google)


def _templates(base: Base, google: ResourceOptions) -> PipelineTemplates | None:
    settings, foundation = base.settings, base.foundation
    if not settings.registry.pipeline_templates:
        return None
    region = settings.project.region
    args = PipelineTemplatesArgs(
        protected=settings.protection.enabled,
        region=region,
        names=base.names,
        labels=base.labels,
        reader_member=base.identities.pipeline_runner.member,
        registry_api=foundation.services.api(apis.ARTIFACT_REGISTRY),
        key=foundation.key("registry", region),
    )
    return PipelineTemplates("templates", args, google)


def _transfers(base: Base, google: ResourceOptions) -> Sequence[Resource]:
    """What pools and jobs of Storage Transfer wait for; nothing where there is neither."""
    settings, foundation = base.settings, base.foundation
    copies = bool(settings.replica_regions)
    if not (copies or settings.lake.on_premises):
        return []
    args = TransfersArgs(
        project_id=settings.project.id,
        transfer_agent=foundation.agents.transfer(),
        storage_agent=foundation.agents.storage() if copies else None,
        pubsub_api=foundation.services.api(apis.PUBSUB),
        storagetransfer_api=foundation.services.api(apis.STORAGE_TRANSFER),
    )
    return Transfers("transfers", args, google).allowed


def _replicas(
    base: Base,
    region: str,
    sources: Mapping[str, Output[str]],
    allowed: Sequence[Resource],
    google: ResourceOptions,
) -> Replicas:
    settings, foundation = base.settings, base.foundation
    args = ReplicasArgs(
        settings=settings.artifacts,
        protected=settings.protection.enabled,
        project_id=settings.project.id,
        region=region,
        sources=sources,
        names=base.names,
        labels=base.labels,
        reader_members=base.readers,
        transfer_agent=foundation.agents.transfer(),
        transfers_allowed=allowed,
        storage_api=foundation.services.api(apis.STORAGE),
        key=foundation.key("storage", region),
    )
    return Replicas(f"replicas-{region}", args, google)


def _warehouse(base: Base, google: ResourceOptions) -> Warehouse:
    settings, foundation = base.settings, base.foundation
    region = settings.project.region
    args = WarehouseArgs(
        settings=settings.warehouse,
        protected=settings.protection.enabled,
        region=region,
        names=base.names,
        labels=base.labels,
        writer_member=base.identities.pipeline_runner.member,
        bigquery_api=foundation.services.api(apis.BIGQUERY),
        key=foundation.key("bigquery", region),
    )
    return Warehouse("warehouse", args, google)
