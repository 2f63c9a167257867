"""Vertex AI: names that its API accepts, one way into an endpoint, nothing that is being shut."""

import re

from policy.registry import Finding, Findings, demand, rule
from policy.tokens import ENDPOINT, ONLINE_STORE
from policy.values import UNKNOWN, get
from policy.verdicts import Context, Resource

_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_SNAKE = re.compile(r"[a-z_][a-z0-9_]{0,59}")
_WAYS = (
    "network",
    "privateServiceConnectConfig.enablePrivateServiceConnect",
    "dedicatedEndpointEnabled",
)


@rule("endpoint-name-is-a-number", [ENDPOINT])
def _number(resource: Resource, _: Context) -> Findings:
    """An endpoint's name is a number of at most ten digits; words are refused."""
    yield from demand(
        resource,
        "name",
        lambda value: isinstance(value, str) and bool(_NUMBER.fullmatch(value)),
        'write `name="123456789"`, and the words into `display_name`.',
    )


@rule("endpoint-lies-in-one-place", [ENDPOINT])
def _one_place(resource: Resource, _: Context) -> Findings:
    """An endpoint says its location; its region, if it says one, is the same."""
    location = get(resource.inputs, "location")
    yield from demand(resource, "location", bool, "write the region of the model.")
    yield from demand(
        resource,
        "region",
        lambda value: value in (None, location),
        f"write {location!r}, as in `location`.",
    )


@rule("endpoint-traffic-is-left-to-the-rollout", [ENDPOINT])
def _traffic(resource: Resource, _: Context) -> Findings:
    """The graph does not split traffic: its keys exist only after models are deployed."""
    yield from demand(
        resource, "trafficSplit", lambda value: value is None, "leave it out and ignore changes."
    )


@rule("endpoint-has-one-way-in", [ENDPOINT], late=["network"])
def _one_way(resource: Resource, _: Context) -> Findings:
    """An endpoint is peered, or behind Private Service Connect, or dedicated: never two of them."""
    ways = {path: get(resource.inputs, path) for path in _WAYS}
    set_ = [path for path, value in ways.items() if value is UNKNOWN or value]
    if len(set_) > 1:
        yield Finding(set_[1], f"`{set_[1]}` is set beside `{set_[0]}`: keep one of them.")


@rule("endpoint-is-private-where-demanded", [ENDPOINT], late=["network"])
def _private(resource: Resource, context: Context) -> Findings:
    """Where the stack demands private endpoints, none is reachable from the internet."""
    if not context.private_endpoints:
        return
    network, connect = (get(resource.inputs, path) for path in _WAYS[:2])
    if network is UNKNOWN or connect is UNKNOWN:
        yield Finding(_WAYS[0] if network is UNKNOWN else _WAYS[1], None)
    elif not network and not connect:
        yield Finding(_WAYS[1], f"`{_WAYS[1]}` is missing: write True, or name a peered network.")


@rule(
    "feature-names-in-snake-case",
    [
        ONLINE_STORE,
        "gcp:vertex/aiFeatureOnlineStoreFeatureview:AiFeatureOnlineStoreFeatureview",
        "gcp:vertex/aiFeatureGroup:AiFeatureGroup",
        "gcp:vertex/aiFeatureGroupFeature:AiFeatureGroupFeature",
        "gcp:vertex/aiMetadataStore:AiMetadataStore",
    ],
)
def _snake_case(resource: Resource, _: Context) -> Findings:
    """Names around features have small letters, digits and underscores; hyphens are refused."""
    yield from demand(
        resource,
        "name",
        lambda value: isinstance(value, str) and bool(_SNAKE.fullmatch(value)),
        "write at most 60 of a-z, 0-9 and _, not beginning with a digit.",
    )


@rule(
    "no-legacy-feature-store",
    [
        "gcp:vertex/aiFeatureStore:AiFeatureStore",
        "gcp:vertex/aiFeatureStoreEntityType:AiFeatureStoreEntityType",
        "gcp:vertex/aiFeatureStoreEntityTypeFeature:AiFeatureStoreEntityTypeFeature",
    ],
)
def _no_legacy(resource: Resource, _: Context) -> Findings:
    """Features use groups, online stores and views: the first kind of store ends in 2027."""
    name = resource.type.rpartition(":")[2]
    yield Finding("type", f"{name} is being shut: write AiFeatureGroup and AiFeatureOnlineStore.")


@rule(
    "feature-store-has-one-engine",
    [ONLINE_STORE],
)
def _engine(resource: Resource, _: Context) -> Findings:
    """An online store is on Bigtable or optimized: the API takes exactly one."""
    engines = {name: get(resource.inputs, name) for name in ("bigtable", "optimized")}
    unknown = [name for name, value in engines.items() if value is UNKNOWN]
    if unknown:
        yield from (Finding(name, None) for name in unknown)
    elif sum(value is not None for value in engines.values()) != 1:
        yield Finding("bigtable", "`bigtable` and `optimized`: write exactly one of them.")
