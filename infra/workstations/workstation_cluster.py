"""The cluster of workstations, and the way to it: it answers in this network only.

A private cluster is reached under an address of its subnet, which leads to Google's attachment of
the cluster, and under names that only this network knows. How people come into the network is not
said here; what runs in the cluster is `infra.workstations.workstations`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from infra.labels import Labels
from infra.naming import Names

_SECONDS_TO_LIVE = 300


@dataclass(frozen=True, kw_only=True)
class WorkstationClusterArgs:
    protected: bool
    region: str
    names: Names
    labels: Labels
    network_id: Input[str]
    subnet_id: Input[str]
    """The subnet of the region."""
    workstations_api: pulumi.Resource
    compute_api: pulumi.Resource
    dns_api: pulumi.Resource


class WorkstationCluster(pulumi.ComponentResource):
    """Cluster with its address, its way and its names."""

    cluster_id: Output[str]
    """The last part of its resource name. Whoever uses it depends on the component as well: the
    cluster cannot be reached before."""
    full_name: Output[str]

    def __init__(
        self, name: str, args: WorkstationClusterArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"region": args.region, "protected": args.protected}
        super().__init__("mlplatform:workstation_cluster:WorkstationCluster", name, inputs, opts)
        cluster = self._cluster(name, args)
        self._private_path(name, cluster, args)
        self.cluster_id = cluster.workstation_cluster_id
        self.full_name = cluster.id
        self.register_outputs({"cluster_id": self.cluster_id, "full_name": self.full_name})

    def _cluster(
        self, name: str, args: WorkstationClusterArgs
    ) -> gcp.workstations.WorkstationCluster:
        return gcp.workstations.WorkstationCluster(
            f"{name}-cluster",
            workstation_cluster_id=args.names.machine("workstations"),
            location=args.region,
            network=args.network_id,
            subnetwork=args.subnet_id,
            private_cluster_config={"enable_private_endpoint": True},
            labels=args.labels.of("workstations"),
            # With it go all workstations.
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.workstations_api],
                protect=args.protected,
                delete_before_replace=True,
            ),
        )

    def _private_path(
        self,
        name: str,
        cluster: gcp.workstations.WorkstationCluster,
        args: WorkstationClusterArgs,
    ) -> None:
        """Without it nothing reaches a private cluster: address, way and names."""
        private = cluster.private_cluster_config
        labels = args.labels.of("workstations")
        address = gcp.compute.Address(
            f"{name}-address",
            name=args.names.machine("workstations"),
            region=args.region,
            address_type="INTERNAL",
            subnetwork=args.subnet_id,
            labels=labels,
            opts=self._fixed_name(args.compute_api),
        )
        way = gcp.compute.ForwardingRule(
            f"{name}-way",
            name=args.names.machine("workstations"),
            region=args.region,
            network=args.network_id,
            ip_address=address.self_link,
            target=private.apply(lambda config: config.service_attachment_uri if config else ""),
            # Left out, the provider would ask for a load balancer.
            load_balancing_scheme="",
            labels=labels,
            opts=self._fixed_name(args.compute_api),
        )
        host = private.apply(lambda config: f"{config.cluster_hostname}." if config else "")
        zone = gcp.dns.ManagedZone(
            f"{name}-zone",
            name=args.names.machine("workstations"),
            dns_name=host,
            description="Leads the names of the workstations to their cluster's own address",
            visibility="private",
            private_visibility_config={"networks": [{"network_url": args.network_id}]},
            labels=labels,
            # Names must not lead to an address before something answers there.
            opts=ResourceOptions(parent=self, depends_on=[args.dns_api, way]),
        )
        gcp.dns.RecordSet(
            f"{name}-names",
            name=host.apply(lambda known: f"*.{known}"),
            managed_zone=zone.name,
            type="A",
            ttl=_SECONDS_TO_LIVE,
            rrdatas=[address.address],
            opts=ResourceOptions(parent=self),
        )

    def _fixed_name(self, api: pulumi.Resource) -> ResourceOptions:
        """For what cannot be changed and whose name is fixed: the old one goes first."""
        return ResourceOptions(parent=self, depends_on=[api], delete_before_replace=True)
