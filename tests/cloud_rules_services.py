"""What Google's provider, or the API behind it, refuses about stores, messages, alerts and grants.

As `cloud_rules`, with the same sources.
"""

import re

from cloud_rules import DAY, Inputs, Rule, between, seconds


def _uploads_end_by_age(inputs: Inputs) -> bool:
    return all(
        rule["condition"].keys() <= {"age", "matchesPrefixes", "matchesSuffixes"}
        for rule in inputs["lifecycleRules"]
        if rule["action"]["type"] == "AbortIncompleteMultipartUpload"
    )


def _turbo(inputs: Inputs) -> bool:
    both = inputs.get("customPlacementConfig", {}).get("dataLocations", [])
    # A pair of Google's own has a name, such as EUR4.
    named = re.fullmatch(r"(ASIA|EUR|NAM)[0-9]", inputs["location"])
    return "rpo" not in inputs or bool(named) or len(set(both)) == 2


def _soft_delete(inputs: Inputs) -> bool:
    kept = inputs["softDeletePolicy"]["retentionDurationSeconds"]
    return kept == 0 or between(7 * DAY, kept, 90 * DAY)


def _retention(inputs: Inputs) -> bool:
    policy = inputs.get("retentionPolicy")
    return policy is None or between(1, policy["retentionPeriod"], 3_155_759_999)


def _bucket_name(inputs: Inputs) -> bool:
    return not re.search("^goog|g[o0]{2}gle", inputs["name"])


def _backs_off(inputs: Inputs) -> bool:
    policy = inputs.get("retryPolicy")
    if policy is None:
        return True
    return 0 <= seconds(policy["minimumBackoff"]) <= seconds(policy["maximumBackoff"]) <= 600


def _gives_up(inputs: Inputs) -> bool:
    policy = inputs.get("deadLetterPolicy")
    return policy is None or between(5, policy["maxDeliveryAttempts"], 100)


def _conditions(inputs: Inputs, kind: str) -> list[Inputs]:
    return [each[kind] for each in inputs["conditions"] if kind in each]


def _looks_back(inputs: Inputs) -> bool:
    """What a query looks back at and how long it must hold: 25 hours together at most."""
    sizes = {"s": 1, "m": 60, "h": 3600, "d": DAY}
    for query in _conditions(inputs, "conditionPrometheusQueryLanguage"):
        ranges = re.findall(r"\[([0-9]+)([smhd])\]", query["query"])
        longest = max((int(count) * sizes[unit] for count, unit in ranges), default=0)
        if longest + seconds(query["duration"]) > 25 * 3600:
            return False
    return True


def _evaluated(inputs: Inputs) -> bool:
    """Every half minute or a multiple of it; what must hold for a time, for whole evaluations."""
    return all(
        seconds(query["evaluationInterval"]) % 30 == 0
        and seconds(query["duration"]) % seconds(query["evaluationInterval"]) == 0
        for query in _conditions(inputs, "conditionPrometheusQueryLanguage")
    )


def _waits_for_data(inputs: Inputs) -> bool:
    """What missing data means can be said only where something must hold for a time."""
    return all(
        "evaluationMissingData" not in each or seconds(each["duration"]) > 0
        for each in _conditions(inputs, "conditionThreshold")
    )


def _thresholds(inputs: Inputs) -> bool:
    """What must hold does so for whole minutes; a filter has an end."""
    return all(
        seconds(each["duration"]) % 60 == 0 and len(str(each["filter"])) <= 2048
        for each in _conditions(inputs, "conditionThreshold")
    )


def _repeats(inputs: Inputs) -> bool:
    strategies = inputs["alertStrategy"].get("notificationChannelStrategies", [])
    return all(between(1800, seconds(each["renotifyInterval"]), DAY) for each in strategies)


def _told_of_lines(inputs: Inputs) -> bool:
    """Who is told of log lines is told at a rate, which others cannot say."""
    lines = _conditions(inputs, "conditionMatchedLog")
    limited = "notificationRateLimit" in inputs["alertStrategy"]
    return bool(lines) == limited and (not lines or len(inputs["conditions"]) == 1)


def _two_of_three(inputs: Inputs) -> bool:
    given = inputs["requestBasedSli"]["goodTotalRatio"].keys()
    return len(given & {"goodServiceFilter", "badServiceFilter", "totalServiceFilter"}) == 2


def _values(inputs: Inputs) -> bool:
    wide = inputs["metricDescriptor"]["valueType"] == "DISTRIBUTION"
    return wide == ("valueExtractor" in inputs) == ("bucketOptions" in inputs)


def _labels_are_extracted(inputs: Inputs) -> bool:
    named = {each["key"] for each in inputs["metricDescriptor"]["labels"]}
    return named == inputs["labelExtractors"].keys()


def _permissions(inputs: Inputs) -> bool:
    given = inputs["permissions"]
    legal = all(re.fullmatch(r"[a-z]+(\.[A-Za-z]+){2}", each) for each in given)
    # No role of a project may hold it.
    return legal and 1 <= len(given) <= 3000 and "resourcemanager.projects.list" not in given


def _constraint(inputs: Inputs) -> bool:
    rules = (inputs.get("spec") or inputs["dryRunSpec"])["rules"]
    kinds = {"enforce", "allowAll", "denyAll", "values"}
    below = inputs["name"].startswith(f"{inputs['parent']}/policies/")
    return below and all(len(each.keys() & kinds) == 1 for each in rules)


def _member(inputs: Inputs) -> bool:
    kinds = "user|group|serviceAccount|principal|principalSet"
    return bool(re.fullmatch(rf"({kinds}):\S+", inputs["member"]))


def _replicas(inputs: Inputs) -> bool:
    places = [each["location"] for each in inputs["replication"]["userManaged"]["replicas"]]
    return len(places) == len(set(places)) > 0


_BUCKET = "storage/bucket:Bucket"
_ALERT = "monitoring/alertPolicy:AlertPolicy"
_CALLS = "pubsub/subscription:Subscription"
_SLO = "monitoring/slo:Slo"
_METRIC = "logging/metric:Metric"
_ROLE = "projects/iAMCustomRole:IAMCustomRole"

RULES = [
    Rule(kind=kind, says=says, holds=holds, broken=broken)
    for kind, says, holds, broken in (
        (_BUCKET, "ends uploads by their age alone", _uploads_end_by_age,
         {"lifecycleRules": [{"action": {"type": "AbortIncompleteMultipartUpload"},
                              "condition": {"age": 1, "withState": "LIVE"}}]}),
        (_BUCKET, "promises a time for copies only between two regions", _turbo,
         {"rpo": "ASYNC_TURBO", "customPlacementConfig": {"dataLocations": ["EUROPE-WEST4"]}}),
        (_BUCKET, "brings back what was deleted 7 to 90 days ago, or nothing", _soft_delete,
         {"softDeletePolicy.retentionDurationSeconds": DAY}),
        (_BUCKET, "holds objects for less than a hundred years", _retention,
         {"retentionPolicy": {"retentionPeriod": "3155760000"}}),
        (_BUCKET, "is closed in one of two words",
         lambda i: i["publicAccessPrevention"] in ("enforced", "inherited"),
         {"publicAccessPrevention": "enforcd"}),
        (_BUCKET, "is not named after Google", _bucket_name, {"name": "lake-prod-google-data"}),
        (_CALLS, "is answered within ten seconds to ten minutes",
         lambda i: between(10, i.get("ackDeadlineSeconds", 10), 600), {"ackDeadlineSeconds": 601}),
        (_CALLS, "keeps messages ten minutes to 31 days",
         lambda i: between(600, seconds(i["messageRetentionDuration"]), 31 * DAY),
         {"messageRetentionDuration": "60s"}),
        (_CALLS, "tries again within ten minutes", _backs_off,
         {"retryPolicy": {"minimumBackoff": "10s", "maximumBackoff": "601s"}}),
        (_CALLS, "gives up after 5 to 100 times", _gives_up,
         {"deadLetterPolicy": {"maxDeliveryAttempts": 4}}),
        ("pubsub/topic:Topic", "keeps messages ten minutes to 31 days",
         lambda i: between(600, seconds(i["messageRetentionDuration"]), 31 * DAY),
         {"messageRetentionDuration": "2678401s"}),
        ("secretmanager/secret:Secret", "lies once in each place", _replicas,
         {"replication.userManaged.replicas": []}),
        ("logging/projectBucketConfig:ProjectBucketConfig", "keeps one to 3,650 days",
         lambda i: between(1, i["retentionDays"], 3650), {"retentionDays": 3651}),
        (_METRIC, "takes values out of lines only into the buckets of a distribution", _values,
         {"valueExtractor": "EXTRACT(x)", "metricDescriptor.valueType": "INT64"}),
        (_METRIC, "extracts the labels that it has", _labels_are_extracted,
         {"labelExtractors": {"other": "EXTRACT(x)"}}),
        (_ALERT, "closes by itself in half an hour to a week",
         lambda i: between(1800, seconds(i["alertStrategy"].get("autoClose", "1800s")), 7 * DAY),
         {"alertStrategy.autoClose": "60s"}),
        (_ALERT, "is told again after half an hour to a day", _repeats,
         {"alertStrategy.notificationChannelStrategies": [{"renotifyInterval": "86401s"}]}),
        (_ALERT, "reaches sixteen channels at most",
         lambda i: len(i["notificationChannels"]) <= 16, {"notificationChannels": ["c"] * 17}),
        (_ALERT, "tells of lines at a rate", _told_of_lines,
         {"conditions": [{"conditionMatchedLog": {}}, {"conditionMatchedLog": {}}]}),
        (_ALERT, "looks back 25 hours at most", _looks_back,
         {"conditions": [{"conditionPrometheusQueryLanguage":
                          {"query": "x[86400s]", "duration": "7200s"}}]}),
        (_ALERT, "is evaluated by half minutes", _evaluated,
         {"conditions": [{"conditionPrometheusQueryLanguage":
                          {"evaluationInterval": "60s", "duration": "90s"}}]}),
        (_ALERT, "waits before it says what missing data means", _waits_for_data,
         {"conditions": [{"conditionThreshold":
                          {"evaluationMissingData": "X", "duration": "0s"}}]}),
        (_ALERT, "compares over whole minutes", _thresholds,
         {"conditions": [{"conditionThreshold": {"filter": "x", "duration": "90s"}}]}),
        (_ALERT, "has a subject of 255 signs at most",
         lambda i: len(i["documentation"].get("subject", "")) <= 255,
         {"documentation.subject": "x" * 256}),
        (_SLO, "aims at 99.99 % at most", lambda i: 0 < i["goal"] <= 0.9999, {"goal": 0.99995}),
        (_SLO, "counts two of good, bad and all", _two_of_three,
         {"requestBasedSli.goodTotalRatio.goodServiceFilter": "x"}),
        (_SLO, "looks at one to thirty days", lambda i: between(1, i["rollingPeriodDays"], 30),
         {"rollingPeriodDays": 31}),
        (_ROLE, "holds permissions that a role of a project may hold", _permissions,
         {"permissions": ["resourcemanager.projects.list"]}),
        ("orgpolicy/policy:Policy", "says one thing in each rule", _constraint,
         {"spec": {"rules": [{"enforce": "TRUE", "denyAll": "TRUE"}]}}),
        ("projects/iAMMember:IAMMember", "is about somebody of a known kind", _member,
         {"member": "ada@example.com"}),
        ("storage/bucketIAMMember:BucketIAMMember", "is about somebody of a known kind", _member,
         {"member": "serviceAccount:"}),
    )
]  # fmt: skip
