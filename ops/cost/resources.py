"""Lines of the resources of a graph: which types have a price, which none, and what use decides.

A type that no rule knows is an unknown line, so that nothing new is left out silently.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from catalog.prices import DUAL_REGION_FACTOR, REFERENCE_REGION, Product
from ops.cost import calendar_lines, machines, vertex_pools
from ops.cost.estimate import HOURS_PER_MONTH, Line
from ops.cost.lines import Graph, line, owner, place
from ops.cost.models import ENDPOINT
from ops.cost.quotes import Quote, machine_hour, rate
from ops.graph.resources import Resource

Rule = Callable[[Resource, Graph], Iterable[Line]]

_FREE = re.compile(
    r"gcp:.*:(.*Iam(Member|Binding|Policy|CustomRole)|.*IAM(Member|Binding|Policy|CustomRole))"
    r"|gcp:(projects|serviceaccount|organizations|orgpolicy|accesscontextmanager|cloudquota"
    r"|billing|iam|tags)/.*"
    r"|gcp:compute/(network|subnetwork|firewall|route|router(Interface|Peer)?|instanceTemplate"
    r"|haVpnGateway|externalVpnGateway"
    r"|regionInstanceTemplate|resourcePolicy|networkAttachment|projectMetadata.*):.*"
    r"|gcp:servicenetworking/.*"
    r"|gcp:kms/keyRing:.*"
    r"|gcp:artifactregistry/vpcscConfig:.*"
    r"|gcp:storage/transferAgentPool:.*"
    r"|gcp:dns/recordSet:.*"
    r"|gcp:bigquery/(table|routine):.*"
    r"|gcp:storage/bucketObject:.*"
    r"|gcp:vertex/(aiFeatureGroup.*|aiFeatureOnlineStoreFeatureview|aiEndpoint|aiMetadataStore|aiDataset):.*"
    r"|pulumi:.*"
)
"""Types without a charge of their own: what they hold or allow is charged elsewhere, or by use."""


def resource_lines(resources: Iterable[Resource], region: str) -> Iterator[Line]:
    """Every line of the graph itself; the nodes behind endpoints are in `ops.cost.models`."""
    found = [each for each in resources if not each.is_provider]
    graph = Graph(found, region)
    services: Counter[tuple[str, str]] = Counter()
    unknown: Counter[tuple[str, str, str]] = Counter()
    for resource in found:
        if not resource.custom or resource.type == ENDPOINT or _FREE.fullmatch(resource.type):
            continue
        component, model = owner(resource, graph)
        rule = _RULES.get(resource.type)
        service = _SERVICES.get(resource.type.partition("/")[0])
        if rule is not None:
            yield from rule(resource, graph)
        elif service is not None:
            services[component, service] += 1
        else:
            unknown[component, model, resource.short_type] += 1
    yield from _counted(services, unknown)


def _counted(
    services: Counter[tuple[str, str]], unknown: Counter[tuple[str, str, str]]
) -> Iterator[Line]:
    for (component, service), count in services.items():
        yield Line(
            component=component,
            item=service,
            quantity=f"{count}",
            by_use=True,
            note="not in the price table",
        )
    for (component, model, kind), count in unknown.items():
        yield Line(
            component=component,
            model=model,
            item=kind,
            quantity=f"{count}",
            note="the price table has no rule for this type",
        )


def _metered(product: Product, sku: str, item: str) -> Rule:
    """A rule for what only use decides; the note says the price of one unit."""

    def rule(resource: Resource, graph: Graph) -> Iterator[Line]:
        quote = rate(product, sku, place(resource, graph))
        yield line(resource, graph, item, by_use=True, note=_per_unit(quote), priced_by=quote)

    return rule


def _per_unit(quote: Quote, times: str = "") -> str:
    """Such as `0.10 USD a gb-month`, and whatever is to be said about it."""
    usd = quote.indication if quote.usd is None else quote.usd
    if usd is None:
        return quote.note
    text = f"{times}{usd:f} USD a {quote.prices[0].unit}"
    return f"{text}, {quote.note}" if quote.note else text


def _bucket(resource: Resource, graph: Graph) -> Iterator[Line]:
    storage_class = str(resource.inputs.get("storageClass", "STANDARD"))
    pair = (resource.inputs.get("customPlacementConfig") or {}).get("dataLocations") or []
    # A pair of one's own choice is charged by its regions, not as the continent that it names.
    region = str(pair[0]) if pair else place(resource, graph)
    quote = rate("storage", storage_class, region)
    note = _per_unit(quote, f"{DUAL_REGION_FACTOR} times " if pair else "")
    item = f"storage, {storage_class},"
    yield line(resource, graph, item, by_use=True, note=note, priced_by=quote)


def _nat(resource: Resource, graph: Graph) -> Iterator[Line]:
    for sku, item in (("nat-vm", "address translation by"), ("nat-data", "traffic through")):
        yield from _metered("network", sku, item)(resource, graph)


def _workstations(resource: Resource, graph: Graph) -> Iterator[Line]:
    yield from _metered("workstations", "management", "management of")(resource, graph)
    host = (resource.inputs.get("host") or {}).get("gceInstance") or {}
    region = place(resource, graph)
    quote = machine_hour("compute", str(host.get("machineType")), region, "on-demand")
    yield line(resource, graph, "VMs of", by_use=True, note=_per_unit(quote), priced_by=quote)


def _hourly(product: Product, sku: str, item: str) -> Rule:
    """A rule for what is charged from its creation to its end, used or not."""

    def rule(resource: Resource, graph: Graph) -> Iterator[Line]:
        region = place(resource, graph)
        yield line(
            resource,
            graph,
            item,
            quantity=f"1 in {region}, all hours",
            quote=rate(product, sku, region),
            units=Decimal(HOURS_PER_MONTH),
        )

    return rule


def _cloud_run(resource: Resource, graph: Graph) -> Iterator[Line]:
    scaling = (resource.inputs.get("template") or {}).get("scaling") or {}
    least, most = scaling.get("minInstanceCount", 0), scaling.get("maxInstanceCount")
    note = "no public price of an instance is known here"
    quantity = f"{least} to {most} instances"
    if least:
        yield line(resource, graph, "instances of", quantity=f"{quantity}, all hours", note=note)
    else:
        yield line(resource, graph, "instances of", quantity=quantity, by_use=True, note=note)


def _metastore(resource: Resource, graph: Graph) -> Iterator[Line]:
    size = (resource.inputs.get("scalingConfig") or {}).get("instanceSize")
    note = "no public price of a metastore is known here"
    yield line(resource, graph, "service of", quantity=f"1 {size}, all hours", note=note)


def _key(resource: Resource, graph: Graph) -> Iterator[Line]:
    level = (resource.inputs.get("versionTemplate") or {}).get("protectionLevel") or "SOFTWARE"
    signs = resource.inputs.get("purpose") == "ASYMMETRIC_SIGN"
    yield line(
        resource,
        graph,
        "key",
        quantity=f"1 version, {level}",
        # In HSM it is dearer than one that encrypts, and the table has no row for it.
        quote=Quote() if signs and level == "HSM" else rate("keys", str(level), REFERENCE_REGION),
        units=Decimal(1),
        note="what it signs is charged besides"
        if signs
        else "each rotation adds a version, and what it encrypts is charged besides",
    )


def _zone(resource: Resource, graph: Graph) -> Iterator[Line]:
    quote = rate("network", "dns-zone", REFERENCE_REGION)
    yield line(resource, graph, "names in", quantity="1", quote=quote, units=Decimal(1))


def _unpriced(item: str, what: str, *, by_use: bool = False, quantity: str = "") -> Rule:
    """A rule for what is charged, and whose price is in no source that may be used here."""

    def rule(resource: Resource, graph: Graph) -> Iterator[Line]:
        note = f"no public price of {what} is known here"
        yield line(resource, graph, item, quantity=quantity, by_use=by_use, note=note)

    return rule


def _address(resource: Resource, graph: Graph) -> Iterable[Line]:
    if resource.inputs.get("addressType", "EXTERNAL") != "EXTERNAL":
        return ()
    return _hourly("network", "external-address", "external address")(resource, graph)


_ENDPOINT = _unpriced(
    "address of", "an endpoint of Private Service Connect", quantity="1, all hours"
)
_RULES: dict[str, Rule] = {
    "gcp:compute/instance:Instance": machines.instance,
    "gcp:compute/disk:Disk": machines.disk,
    "gcp:compute/instanceGroupManager:InstanceGroupManager": machines.group,
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": machines.group,
    "gcp:compute/resizeRequest:ResizeRequest": machines.resize_request,
    "gcp:compute/regionResizeRequest:RegionResizeRequest": machines.resize_request,
    "gcp:compute/reservation:Reservation": machines.reservation,
    "gcp:compute/futureReservation:FutureReservation": calendar_lines.future_reservation,
    "gcp:compute/address:Address": _address,
    "gcp:compute/globalAddress:GlobalAddress": _address,
    "gcp:compute/routerNat:RouterNat": _nat,
    "gcp:compute/forwardingRule:ForwardingRule": _ENDPOINT,
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": _ENDPOINT,
    "gcp:dns/managedZone:ManagedZone": _zone,
    "gcp:kms/cryptoKey:CryptoKey": _key,
    "gcp:tpu/v2Vm:V2Vm": machines.tpu,
    "gcp:tpu/v2QueuedResource:V2QueuedResource": machines.queued,
    "gcp:vertex/aiPersistentResource:AiPersistentResource": vertex_pools.persistent,
    "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore": vertex_pools.online_store,
    "gcp:vertex/aiTensorboard:AiTensorboard": _unpriced("curves in", "what is stored", by_use=True),
    "gcp:cloudscheduler/job:Job": _unpriced("clock", "a scheduled job", quantity="1, all months"),
    "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool": vertex_pools.serving_pool,
    "gcp:cloudrunv2/service:Service": _cloud_run,
    "gcp:dataproc/sessionTemplate:SessionTemplate": _metered(
        "dataproc", "serverless-standard", "sessions and batches of"
    ),
    "gcp:dataproc/metastoreService:MetastoreService": _metastore,
    "gcp:storage/bucket:Bucket": _bucket,
    "gcp:bigquery/dataset:Dataset": _metered("bigquery", "active-logical-storage", "tables of"),
    "gcp:artifactregistry/repository:Repository": _metered("registry", "images", "images of"),
    "gcp:workstations/workstationCluster:WorkstationCluster": _hourly(
        "workstations", "cluster", "control plane of"
    ),
    "gcp:workstations/workstationConfig:WorkstationConfig": _workstations,
    "gcp:workbench/instance:Instance": vertex_pools.notebook,
    "gcp:workstations/workstation:Workstation": machines.home,
}

_SERVICES = {
    "gcp:binaryauthorization": "Binary Authorization",
    "gcp:containeranalysis": "Artifact Analysis",
    "gcp:cloudfunctionsv2": "Cloud Run functions",
    "gcp:storage": "copies between regions",
    "gcp:cloudbuild": "Cloud Build",
    "gcp:cloudbuildv2": "Cloud Build",
    "gcp:logging": "Cloud Logging",
    "gcp:monitoring": "Cloud Monitoring",
    "gcp:networkconnectivity": "Private Service Connect",
    "gcp:pubsub": "Pub/Sub",
    "gcp:secretmanager": "Secret Manager",
}
"""Services without a charge for what is only set up."""
