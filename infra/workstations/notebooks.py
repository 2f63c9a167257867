"""Machines of Vertex AI Workbench: a notebook server for one person each, inside the network.

Opened through Google's proxy, which asks who comes; the machine itself has no public address. It
acts as an account of its own that may write logs: for data, people sign in as themselves.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import ACT_AS, KEY_USER, LOG_WRITER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.notebooks import NotebookSettings

_SERVICE = "notebooks.googleapis.com"
_IMAGE: gcp.workbench.InstanceGceSetupVmImageArgsDict = {
    "project": "cloud-notebooks-managed",
    "family": "workbench-instances",
}
"""Google's; it upgrades machines of it itself, and takes no other."""


@dataclass(frozen=True, kw_only=True)
class NotebooksArgs:
    notebooks: list[NotebookSettings]
    project_id: str
    names: Names
    labels: Labels
    network_id: Input[str]
    subnet_ids: dict[str, Output[str]]
    keys: dict[str, Key]
    """For disks, by region; none where Google keeps the keys."""
    notebooks_api: pulumi.Resource
    compute_api: pulumi.Resource
    iam_api: pulumi.Resource


class Notebooks(pulumi.ComponentResource):
    """Machines that stop when nobody computes on them, and their account."""

    proxies: dict[str, Output[str]]
    """Address at which each is opened, by its name in the settings."""

    def __init__(self, name: str, args: NotebooksArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"settings": [each.model_dump() for each in args.notebooks]}
        super().__init__("mlplatform:notebooks:Notebooks", name, inputs, opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        self._account = gcp.serviceaccount.Account(
            f"{name}-account",
            account_id=args.names.account_id("notebook"),
            display_name=f"notebook ({args.names.stack})",
            description="Runs notebook machines; people sign in as themselves",
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        ready = [self._logs(), *self._owners(), *self._encryption()]
        self.proxies = {each.name: self._notebook(each, ready) for each in args.notebooks}
        self.register_outputs({"proxies": self.proxies})

    def _logs(self) -> pulumi.Resource:
        return gcp.projects.IAMMember(
            f"{self._name}-logs",
            project=self._args.project_id,
            role=LOG_WRITER,
            member=self._account.member,
            opts=self._child,
        )

    def _owners(self) -> list[pulumi.Resource]:
        """Whoever opens a machine acts as its account: the proxy refuses anybody else."""
        return [
            gcp.serviceaccount.IAMMember(
                f"{self._name}-for-{owner}",
                service_account_id=self._account.name,
                role=ACT_AS,
                member=f"user:{owner}",
                opts=self._child,
            )
            for owner in sorted({each.owner for each in self._args.notebooks})
        ]

    def _encryption(self) -> list[pulumi.Resource]:
        """Beside Compute Engine, which has it already, the agent of Workbench uses the key."""
        regions = sorted({each.region for each in self._args.notebooks} & {*self._args.keys})
        if not regions:
            return []
        agent = gcp.projects.ServiceIdentity(
            f"{self._name}-agent",
            project=self._args.project_id,
            service=_SERVICE,
            opts=ResourceOptions(parent=self, depends_on=[self._args.notebooks_api]),
        )
        return [
            gcp.kms.CryptoKeyIAMMember(
                f"{self._name}-encrypts-{region}",
                crypto_key_id=self._args.keys[region].id,
                role=KEY_USER,
                member=agent.member,
                opts=self._child,
            )
            for region in regions
        ]

    def _notebook(self, settings: NotebookSettings, ready: list[pulumi.Resource]) -> Output[str]:
        args, key = self._args, self._args.keys.get(settings.region)
        return gcp.workbench.Instance(
            f"{self._name}-{settings.name}",
            name=args.names.machine(settings.name),
            location=settings.zone,
            instance_owners=[settings.owner],
            gce_setup=self._setup(settings, key),
            labels=args.labels.of("notebooks"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.notebooks_api, args.compute_api, *ready, *granted(key)],
                delete_before_replace=True,
            ),
        ).proxy_uri

    def _setup(
        self, settings: NotebookSettings, key: Key | None
    ) -> gcp.workbench.InstanceGceSetupArgsDict:
        args, encrypted = self._args, "CMEK" if key else "GMEK"
        setup: gcp.workbench.InstanceGceSetupArgsDict = {
            "machine_type": settings.machine_type,
            "disable_public_ip": True,
            "vm_image": _IMAGE,
            # Sizes are texts here.
            "boot_disk": {
                "disk_size_gb": str(settings.disk_gb),
                "disk_type": "PD_SSD",
                "disk_encryption": encrypted,
                "kms_key": key.id if key else None,
            },
            "data_disks": {
                "disk_size_gb": str(settings.home_gb),
                "disk_type": "PD_SSD",
                "disk_encryption": encrypted,
                "kms_key": key.id if key else None,
            },
            "network_interfaces": [
                {
                    "network": args.network_id,
                    "subnet": args.subnet_ids[settings.region],
                    "nic_type": "GVNIC",
                }
            ],
            "service_accounts": [{"email": self._account.email}],
            "shielded_instance_config": {
                # NVIDIA's driver is built on the machine, and nobody has signed it.
                "enable_secure_boot": not settings.t4_gpus,
                "enable_vtpm": True,
                "enable_integrity_monitoring": True,
            },
            "metadata": _metadata(settings),
        }
        if settings.t4_gpus:
            setup["accelerator_configs"] = [
                {"type": "NVIDIA_TESLA_T4", "core_count": str(settings.t4_gpus)}
            ]
        return setup


def _metadata(settings: NotebookSettings) -> dict[str, str]:
    driver = {"install-nvidia-driver": "True"} if settings.t4_gpus else {}
    return {
        "idle-timeout-seconds": str(settings.idle_minutes * 60),
        # The owner installs what they like as themselves, not as root.
        "notebook-disable-root": "true",
        **driver,
    }
