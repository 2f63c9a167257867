"""Everything that a stack file may say."""

from typing import Literal

from pydantic import model_validator

from infra.settings.accelerators import AcceleratorSettings
from infra.settings.alerts import AlertSettings
from infra.settings.artifacts import ArtifactSettings
from infra.settings.checks import cross_checks
from infra.settings.cost import CostSettings
from infra.settings.features import FeatureSettings
from infra.settings.keys import KeySettings
from infra.settings.models import ModelName, ModelSettings
from infra.settings.network import NetworkSettings
from infra.settings.problems import refuse
from infra.settings.project import ProjectSettings
from infra.settings.protection import ProtectionSettings
from infra.settings.registry import RegistrySettings
from infra.settings.section import Section
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
    network: NetworkSettings
    keys: KeySettings
    artifacts: ArtifactSettings
    registry: RegistrySettings
    warehouse: WarehouseSettings
    features: FeatureSettings
    workstations: WorkstationSettings = WorkstationSettings(teams=[])
    accelerators: AcceleratorSettings = AcceleratorSettings(machines=[], warm_pools=[])
    alerts: AlertSettings
    cost: CostSettings
    submission: SubmissionSettings
    models: dict[ModelName, ModelSettings]
    """Model services by name: one entry or a thousand."""

    @model_validator(mode="after")
    def _sections_agree(self) -> "StackSettings":
        refuse(cross_checks(self))
        return self
