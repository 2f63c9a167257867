"""Cases of the rules about alerts, dashboards, logs and budgets."""

from policy_case import MISSING, Case

from policy.tokens import ALERT_POLICY

BUDGET = "gcp:billing/budget:Budget"
ENDPOINT = "aiplatform.googleapis.com/Endpoint"
LATENCY = "aiplatform.googleapis.com/prediction/online/prediction_latencies"


def series(metric: str, resource: str) -> str:
    return f'resource.type="{resource}" AND metric.type = "{metric}"'


FILTER = series(LATENCY, ENDPOINT)
THRESHOLD = "conditions[0].conditionThreshold"

CASES = [
    Case(
        rule="alert-names-a-channel",
        type=ALERT_POLICY,
        good={"notificationChannels": ["projects/p/notificationChannels/1"]},
        bad={"notificationChannels": [MISSING, []]},
        unknown=("notificationChannels",),
    ),
    Case(
        rule="alert-filter-names-one-series",
        type=ALERT_POLICY,
        good={"conditions": [{"conditionThreshold": {"filter": FILTER}}]},
        bad={
            f"{THRESHOLD}.filter": [
                MISSING,
                f'resource.type="{ENDPOINT}"',
                f"{FILTER} AND {FILTER}",
                series(LATENCY, "vertex_ai_endpoint"),
                series("aiplatform.googleapis.com/job/gpu_utilization", ENDPOINT),
            ]
        },
        unknown=("conditions", THRESHOLD, f"{THRESHOLD}.filter"),
    ),
    Case(
        rule="alert-filter-names-one-series",
        type=ALERT_POLICY,
        good={"conditions": [{"conditionAbsent": {"filter": FILTER}}]},
        bad={"conditions[0].conditionAbsent.filter": [""]},
        unknown=("conditions[0].conditionAbsent.filter",),
    ),
    Case(
        rule="alert-filter-names-one-series",
        type=ALERT_POLICY,
        good={
            "conditions": [
                {"conditionThreshold": {"filter": 'select_slo_burn_rate("slo", "3600s")'}},
                {"conditionPrometheusQueryLanguage": {"query": "up"}},
            ]
        },
    ),
    Case(
        rule="alert-comparison-exists",
        type=ALERT_POLICY,
        good={"conditions": [{"conditionThreshold": {"comparison": "COMPARISON_LT"}}]},
        bad={f"{THRESHOLD}.comparison": ["COMPARISON_LESS_THAN", MISSING, "LT"]},
        unknown=(THRESHOLD, f"{THRESHOLD}.comparison"),
    ),
    Case(
        rule="log-alert-is-limited",
        type=ALERT_POLICY,
        good={
            "conditions": [{"conditionMatchedLog": {"filter": "x"}}],
            "alertStrategy": {"notificationRateLimit": {"period": "300s"}},
        },
        bad={"alertStrategy": [MISSING, {}]},
        unknown=("alertStrategy",),
    ),
    Case(
        rule="log-alert-is-limited",
        type=ALERT_POLICY,
        good={"conditions": [{"conditionAbsent": {"filter": "x"}}]},
        bad={"alertStrategy": [{"notificationRateLimit": {"period": "300s"}}]},
        unknown=("alertStrategy",),
    ),
    Case(
        rule="log-metric-is-about-one-resource",
        type="gcp:logging/metric:Metric",
        good={"filter": 'resource.type="ml_job" severity>=ERROR'},
        bad={"filter": ["severity>=ERROR", MISSING]},
        unknown=("filter",),
    ),
    Case(
        rule="dashboard-is-json",
        type="gcp:monitoring/dashboard:Dashboard",
        good={"dashboardJson": '{"displayName": "ML"}'},
        bad={"dashboardJson": ["{", "[]", MISSING]},
        unknown=("dashboardJson",),
    ),
    Case(
        rule="subscription-stays",
        type="gcp:pubsub/subscription:Subscription",
        good={"expirationPolicy": {"ttl": ""}},
        bad={"expirationPolicy": [MISSING, {}], "expirationPolicy.ttl": ["86400s"]},
        unknown=("expirationPolicy", "expirationPolicy.ttl"),
    ),
    Case(
        rule="budget-thresholds-are-fractions",
        type=BUDGET,
        good={"thresholdRules": [{"thresholdPercent": 0.5}, {"thresholdPercent": 1}]},
        bad={
            "thresholdRules": [MISSING, []],
            "thresholdRules[0].thresholdPercent": [50, 0, -0.5, MISSING],
        },
        unknown=("thresholdRules", "thresholdRules[1].thresholdPercent"),
    ),
    Case(
        rule="budget-tells-somebody",
        type=BUDGET,
        good={"allUpdatesRule": {"pubsubTopic": "projects/p/topics/budget"}},
        bad={"allUpdatesRule": [MISSING, {}, {"monitoringNotificationChannels": []}]},
        unknown=("allUpdatesRule", "allUpdatesRule.pubsubTopic"),
    ),
]
