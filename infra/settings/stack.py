"""Everything that a stack file may say."""

from typing import Literal

from pydantic import model_validator

from catalog.tiers import TIERS, Tier
from infra.settings.accelerators import AcceleratorSettings
from infra.settings.access import AccessSettings
from infra.settings.alerts import AlertSettings
from infra.settings.artifacts import ArtifactSettings
from infra.settings.automation import AutomationSettings
from infra.settings.checks import cross_checks
from infra.settings.cost import CostSettings
from infra.settings.delivery import DeliverySettings
from infra.settings.experiments import ExperimentSettings
from infra.settings.features import FeatureSettings
from infra.settings.guardrails import GuardrailSettings
from infra.settings.keys import KeySettings
from infra.settings.lake import LakeSettings
from infra.settings.logs import LogSettings
from infra.settings.models import ModelName, ModelSettings
from infra.settings.network import NetworkSettings
from infra.settings.problems import refuse
from infra.settings.project import ProjectSettings
from infra.settings.protection import ProtectionSettings
from infra.settings.recovery import (
    RecoverySettings,
    StoreLocation,
    replica_regions,
    store_location,
    tier_of,
)
from infra.settings.registry import RegistrySettings
from infra.settings.secrets import SecretsSettings
from infra.settings.section import Name, Section
from infra.settings.serving import ServingPoolSettings, VertexSettings
from infra.settings.spark import SparkSettings
from infra.settings.submission import SubmissionSettings
from infra.settings.warehouse import WarehouseSettings
from infra.settings.workstations import WorkstationSettings

Environment = Literal["local", "dev", "staging", "prod"]


class StackSettings(Section):
    """One stack: a section per concern, and the models that it serves."""

    environment: Environment
    """What the stack is for; `prod` demands more than the others."""
    project: ProjectSettings
    protection: ProtectionSettings
    access: AccessSettings
    guardrails: GuardrailSettings
    network: NetworkSettings
    keys: KeySettings
    secrets: SecretsSettings
    recovery: RecoverySettings
    artifacts: ArtifactSettings
    lake: LakeSettings
    registry: RegistrySettings
    warehouse: WarehouseSettings
    features: FeatureSettings
    experiments: ExperimentSettings
    spark: SparkSettings
    workstations: WorkstationSettings = WorkstationSettings(teams=[], notebooks=[])
    accelerators: AcceleratorSettings = AcceleratorSettings(
        reservations=[],
        future_reservations=[],
        gpu_networks=[],
        machines=[],
        flex_groups=[],
        warm_pools=[],
    )
    vertex: VertexSettings
    serving_pools: dict[Name, ServingPoolSettings]
    """Machines that models share to be served, by name."""
    alerts: AlertSettings
    cost: CostSettings
    automation: AutomationSettings
    logs: LogSettings
    delivery: DeliverySettings
    submission: SubmissionSettings
    models: dict[ModelName, ModelSettings]
    """Model services by name: one entry or a thousand."""

    @property
    def regions(self) -> tuple[str, ...]:
        """The project's own region first, then those that work goes to, in their order."""
        return (self.project.region, *self.recovery.standby_regions)

    @property
    def store_location(self) -> StoreLocation:
        """Where buckets of the whole stack are."""
        return store_location(TIERS[self.recovery.tier], self.regions)

    @property
    def replica_regions(self) -> tuple[str, ...]:
        """Standby regions that get a bucket of copies, because the stores do not reach them."""
        return replica_regions(TIERS[self.recovery.tier], self.regions)

    def tier_of(self, model: ModelSettings) -> Tier:
        """The tier of a model: its own, or that of the stack."""
        return tier_of(self.recovery, model.tier)

    @property
    def prepares_on_spark(self) -> bool:
        """Whether a run of some model submits batches."""
        wanted = any(model.prepared_on == "spark" for model in self.models.values())
        return wanted and self.vertex.enabled

    @property
    def reaped(self) -> bool:
        """Whether something may be deleted when its time is over, and is."""
        slices = any(not m.keep for m in self.accelerators.machines if m.machine.cloud_tpu)
        pools = self.vertex.enabled and any(not p.keep for p in self.accelerators.warm_pools)
        return self.cost.reaper is not None and (slices or pools)

    def standby_region(self, model: ModelSettings) -> str | None:
        """Where a second endpoint serves the model all the time; None if none does."""
        wanted = self.tier_of(model).standby_endpoint and self.recovery.standby_regions
        return self.recovery.standby_regions[0] if wanted else None

    @model_validator(mode="after")
    def _sections_agree(self) -> "StackSettings":
        refuse(cross_checks(self, self.models))
        return self
