"""Machines that people develop on: a kind of workstation for each team, one for each developer.

A workstation is made stopped; its developer starts it. The cluster that they are in, and how it is
reached, is `infra.workstations.workstation_cluster`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import (
    KEY_USER,
    LOG_BUCKET_WRITER,
    LOG_WRITER,
    REGISTRY_READER,
    WORKSTATION_USER,
)
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.workstations import TeamSettings, WorkstationSettings

_PREDEFINED = "cloud-workstations-images"
"""Google's project of images that everybody may read."""
_T4 = "nvidia-tesla-t4"


@dataclass(frozen=True, kw_only=True)
class WorkstationsArgs:
    settings: WorkstationSettings
    project_id: str
    region: str
    names: Names
    labels: Labels
    cluster_id: Input[str]
    cluster: pulumi.Resource
    """Can be reached before anything is made in it."""
    registry: pulumi.Resource
    """Made before anybody is let into one of its repositories."""
    key: Key | None
    """The stack's key for disks, where the settings name none of somebody else's."""
    iam_api: pulumi.Resource


class Workstations(pulumi.ComponentResource):
    """Who workstations are, kinds of them by team, and one for each developer."""

    hosts: dict[str, Output[str]]
    """Host name of each workstation, by team and developer's id: `research/ada`."""
    configs: dict[str, Output[str]]
    """Full name of each team's kind of workstation."""

    def __init__(
        self, name: str, args: WorkstationsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {**args.settings.model_dump(), "region": args.region}
        super().__init__("mlplatform:workstations:Workstations", name, inputs, opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        ready = [args.cluster, *self._identity(), *self._encryption()]
        made = [(team, self._config(team, ready)) for team in args.settings.teams]
        self.configs = {team.name: config.id for team, config in made}
        self.hosts = {
            f"{team.name}/{id_}": self._workstation(config, team, id_, email).host
            for team, config in made
            for id_, email in team.workstations().items()
        }
        self.register_outputs({"hosts": self.hosts, "configs": self.configs})

    def _identity(self) -> list[pulumi.Resource]:
        """Who workstations are: may write logs and pull their images, and nothing else."""
        args = self._args
        self._account = self._service_account(
            "workstation", "Runs workstations; people act as themselves"
        )
        grants: list[pulumi.Resource] = [
            gcp.projects.IAMMember(
                f"{self._name}-{label}",
                project=args.project_id,
                role=role,
                member=self._account.member,
                opts=self._child,
            )
            for label, role in (("logs", LOG_WRITER), ("audit-logs", LOG_BUCKET_WRITER))
        ]
        for host, project, repository in _repositories(args.settings):
            grants.append(
                gcp.artifactregistry.RepositoryIamMember(
                    f"{self._name}-pulls-{host}-{project}-{repository}",
                    project=project,
                    location=host,
                    repository=repository,
                    role=REGISTRY_READER,
                    member=self._account.member,
                    opts=ResourceOptions(parent=self, depends_on=[args.registry]),
                )
            )
        return grants

    def _encryption(self) -> list[pulumi.Resource]:
        """Google asks for an account that encrypts disks and does nothing else."""
        args = self._args
        self._key_id: Input[str] | None = args.settings.disk_key or (args.key and args.key.id)
        self._keeper: gcp.serviceaccount.Account | None = None
        if self._key_id is None:
            return []
        self._keeper = self._service_account("workstation-disks", "Encrypts disks of workstations")
        return [
            gcp.kms.CryptoKeyIAMMember(
                f"{self._name}-encrypts",
                crypto_key_id=self._key_id,
                role=KEY_USER,
                member=self._keeper.member,
                opts=self._child,
            ),
            *granted(args.key),
        ]

    def _service_account(self, role: str, purpose: str) -> gcp.serviceaccount.Account:
        names = self._args.names
        return gcp.serviceaccount.Account(
            f"{self._name}-{role}",
            account_id=names.account_id(role),
            display_name=names.title(role),
            description=purpose,
            opts=ResourceOptions(parent=self, depends_on=[self._args.iam_api]),
        )

    def _config(
        self,
        team: TeamSettings,
        ready: list[pulumi.Resource],
    ) -> gcp.workstations.WorkstationConfig:
        key, keeper = self._key_id, self._keeper
        return gcp.workstations.WorkstationConfig(
            f"{self._name}-{team.name}",
            workstation_config_id=team.name,
            workstation_cluster_id=self._args.cluster_id,
            location=self._args.region,
            idle_timeout=f"{team.idle_minutes * 60}s",
            running_timeout=f"{team.running_hours * 3600}s",
            host={"gce_instance": _machine(team, self._account.email)},
            container=_container(team),
            persistent_directories=[
                {
                    "mount_path": "/home",
                    "gce_pd": {
                        "size_gb": team.home_disk_gb,
                        "disk_type": team.home_disk_type,
                        "fs_type": "ext4",
                        "reclaim_policy": team.home_reclaim_policy,
                    },
                }
            ],
            encryption_key={"kms_key": key, "kms_key_service_account": keeper.email}
            if key and keeper
            else None,
            enable_audit_agent=True,
            disable_tcp_connections=True,
            labels=self._args.labels.of("workstations"),
            # Made without its grants, it exists in error and cannot be read any more.
            opts=ResourceOptions(parent=self, depends_on=ready, delete_before_replace=True),
        )

    def _workstation(
        self,
        config: gcp.workstations.WorkstationConfig,
        team: TeamSettings,
        id_: str,
        email: str,
    ) -> gcp.workstations.Workstation:
        label = f"{self._name}-{team.name}-{id_}"
        workstation = gcp.workstations.Workstation(
            label,
            workstation_id=id_,
            workstation_config_id=config.workstation_config_id,
            workstation_cluster_id=self._args.cluster_id,
            location=self._args.region,
            labels=self._args.labels.of("workstations"),
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        gcp.workstations.WorkstationIamMember(
            f"{label}-user",
            workstation_id=workstation.workstation_id,
            workstation_config_id=config.workstation_config_id,
            workstation_cluster_id=self._args.cluster_id,
            location=self._args.region,
            role=WORKSTATION_USER,
            member=f"user:{email}",
            opts=self._child,
        )
        return workstation


def _container(team: TeamSettings) -> gcp.workstations.WorkstationConfigContainerArgsDict:
    container: gcp.workstations.WorkstationConfigContainerArgsDict = {"image": team.image}
    if team.repository:
        container["env"] = {"REPOSITORY_URL": team.repository}
    return container


def _machine(
    team: TeamSettings, account_email: Input[str]
) -> gcp.workstations.WorkstationConfigHostGceInstanceArgsDict:
    machine: gcp.workstations.WorkstationConfigHostGceInstanceArgsDict = {
        "machine_type": team.machine_type,
        "boot_disk_size_gb": 50,
        "service_account": account_email,
        "disable_public_ip_addresses": True,
        "disable_ssh": True,
        "shielded_instance_config": {
            "enable_secure_boot": True,
            "enable_vtpm": True,
            "enable_integrity_monitoring": True,
        },
    }
    if team.t4_gpus:
        machine["accelerators"] = [{"type": _T4, "count": team.t4_gpus}]
    return machine


def _repositories(settings: WorkstationSettings) -> list[tuple[str, str, str]]:
    """(location, project, repository) of every image that is not Google's own, once."""
    found = set()
    for team in settings.teams:
        host, project, repository, *_ = team.image.split("/")
        if project != _PREDEFINED:
            found.add((host.removesuffix("-docker.pkg.dev"), project, repository))
    return sorted(found)
