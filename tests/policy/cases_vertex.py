"""Cases of the rules about Vertex AI."""

from policy_case import MISSING, REGION, Case

from policy.tokens import ENDPOINT, ONLINE_STORE

CASES = [
    Case(
        rule="endpoint-name-is-a-number",
        type=ENDPOINT,
        good={"name": "670003213"},
        bad={"name": ["fraud", "0123", "12345678901", MISSING, "fraud-1"]},
        unknown=("name",),
    ),
    Case(
        rule="endpoint-lies-in-one-place",
        type=ENDPOINT,
        good={"location": REGION, "region": REGION},
        bad={"location": [MISSING], "region": ["us-central1"]},
        unknown=("location", "region"),
    ),
    Case(
        rule="endpoint-traffic-is-left-to-the-rollout",
        type=ENDPOINT,
        good={"displayName": "fraud"},
        bad={"trafficSplit": ['{"0": 100}']},
        unknown=("trafficSplit",),
    ),
    Case(
        rule="endpoint-has-one-way-in",
        type=ENDPOINT,
        good={"dedicatedEndpointEnabled": True},
        bad={
            "network": ["projects/1/global/networks/ml"],
            "privateServiceConnectConfig": [{"enablePrivateServiceConnect": True}],
        },
        unknown=(),
    ),
    Case(
        rule="endpoint-is-private-where-demanded",
        type=ENDPOINT,
        good={"privateServiceConnectConfig": {"enablePrivateServiceConnect": True}},
        bad={"privateServiceConnectConfig": [MISSING]},
        unknown=("privateServiceConnectConfig", "network"),
    ),
    Case(
        rule="feature-names-in-snake-case",
        type=ONLINE_STORE,
        good={"name": "ml_online"},
        bad={"name": ["ml-online", "1store", "x" * 61, MISSING, "ML"]},
        unknown=("name",),
    ),
    Case(
        rule="no-legacy-feature-store", type="gcp:vertex/aiFeatureStore:AiFeatureStore", never=True
    ),
    Case(
        rule="feature-store-has-one-engine",
        type=ONLINE_STORE,
        good={"optimized": {}},
        bad={"optimized": [MISSING], "bigtable": [{"autoScaling": {"minNodeCount": 1}}]},
        unknown=(),
    ),
]
