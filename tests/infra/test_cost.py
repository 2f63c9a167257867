"""The bounds of the bill in the graph: a budget that tells, quotas, machines that stop."""

from graph_changes import built, needs, resources
from settings_changes import changed

BUDGET = "gcp:billing/budget:Budget"
PREFERENCE = "gcp:cloudquota/sQuotaPreference:SQuotaPreference"
POLICY = "gcp:compute/resourcePolicy:ResourcePolicy"
SCHEDULE = {"time_zone": "Europe/Amsterdam", "stop": "0 19 * * *", "start": None}


def test_the_budget_tells_at_half_three_quarters_nine_tenths_and_the_whole(prod):
    rules = prod.one(BUDGET).inputs["thresholdRules"]
    spent = [r["thresholdPercent"] for r in rules if r["spendBasis"] == "CURRENT_SPEND"]
    expected = [r["thresholdPercent"] for r in rules if r["spendBasis"] == "FORECASTED_SPEND"]
    assert spent == [0.5, 0.75, 0.9, 1.0], "fractions: 50 would be fifty times the budget"
    assert expected == [1.0, 1.2]


def test_the_budget_is_of_the_project_and_a_month_without_credits(prod):
    budget = prod.one(BUDGET).inputs
    assert budget["billingAccount"] == "000000-000000-000000"
    amount = budget["amount"]["specifiedAmount"]
    assert amount == {"currencyCode": "USD", "units": "120000"}, "the API takes a text"
    assert budget["budgetFilter"] == {
        "projects": ["projects/1"],  # the number: the API answers with it, whatever was asked
        "creditTypesTreatment": "EXCLUDE_ALL_CREDITS",
        "calendarPeriod": "MONTH",
    }


def test_the_budget_reaches_the_people_of_the_alert_channel(prod):
    told = prod.one(BUDGET).inputs["allUpdatesRule"]
    assert told["monitoringNotificationChannels"] == ["alerts-email-id"]
    assert told["schemaVersion"] == "1.0"


def test_the_budget_says_its_state_to_a_topic_that_it_may_publish_to(prod):
    budget, grant = prod.one(BUDGET), prod.named("budget-messages-publishes")
    assert budget.inputs["allUpdatesRule"]["pubsubTopic"] == "budget-state-topic-id"
    assert grant.inputs["role"] == "roles/pubsub.publisher"
    assert grant.inputs["member"].endswith("billing-budget-alert@system.gserviceaccount.com")
    assert grant.urn in budget.depends_on


def test_what_stops_compute_may_stop_it_and_neither_starts_nor_serves(prod):
    allowed = prod.named("spend-cap-role").inputs["permissions"]
    assert {each.rpartition(".")[2] for each in allowed} == {"cancel", "list", "stop", "delete"}
    assert not [each for each in allowed if "endpoints" in each or "models" in each]
    told = prod.named("spend-cap-function").inputs["serviceConfig"]["environmentVariables"]
    assert told["MLPLATFORM_ENVIRONMENT"] == "prod"
    assert (told["MLPLATFORM_SPEND_CAP"], told["MLPLATFORM_AHEAD_FACTOR"]) == ("on", "1.5")


def test_an_alert_waits_for_money_that_is_spent_too_fast(prod, programs):
    policy = prod.named("budget-messages-ahead").inputs
    (condition,) = policy["conditions"]
    wanted = condition["conditionMatchedLog"]["filter"]
    function = prod.named("spend-cap-function").inputs["name"]
    assert f'resource.labels.service_name="{function}"' in wanted
    assert 'jsonPayload.action="cost-ahead"' in wanted, "money that was spent, not requests"
    unasked = [each.name for each in programs["dev"].registered]
    assert "budget-messages-ahead" not in unasked, "dev has no ahead_factor"


def test_calls_about_money_name_a_project_that_they_are_charged_to(program):
    provider = program.one("pulumi:providers:gcp").inputs
    assert provider["userProjectOverride"] == "true"
    assert provider["billingProject"] == provider["project"]


def test_a_quota_is_asked_for_in_the_words_of_its_service(prod):
    asked = prod.named("quotas-cloud-tpu-v6e-spot-europe-west4-a").inputs
    assert asked["service"] == "tpu.googleapis.com"
    assert asked["quotaId"] == "TPUV6EPreemptiblePerProjectPerZoneForTPUAPI"
    assert asked["dimensions"] == {"zone": "europe-west4-a"}
    assert asked["quotaConfig"] == {"preferredValue": "16"}
    assert asked["parent"] == "projects/mlplatform-prod"
    assert "ignoreSafetyChecks" not in asked


def test_a_cap_may_be_far_below_the_default_but_not_below_the_use(prod):
    cap = prod.named("quotas-h200-spot-europe-west4").inputs
    assert cap["ignoreSafetyChecks"] == "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"


def test_machines_stop_in_the_region_that_they_are_in(cloud, prod_config):
    graph = built(cloud, changed(prod_config, "cost.schedule", SCHEDULE))
    policy = graph.named("schedules-europe-west4")
    assert policy.inputs["region"] == "europe-west4", "no machine is in another"
    assert policy.inputs["instanceSchedulePolicy"] == {
        "timeZone": "Europe/Amsterdam",
        "vmStopSchedule": {"schedule": "0 19 * * *"},
    }
    assert policy.replaced_first, "the API changes no schedule in place"
    spot = graph.named("machines-preprocessing").inputs
    assert spot["resourcePolicies"] == "schedules-europe-west4-id"
    reserved = graph.named("machines-h100-tuning").inputs
    assert "resourcePolicies" not in reserved, "its place is paid for at night as well"


def test_the_schedule_waits_for_the_grant_without_which_it_does_nothing(cloud, prod_config):
    graph = built(cloud, changed(prod_config, "cost.schedule", SCHEDULE))
    grant = graph.named("schedules-stops")
    assert grant.urn in needs(graph, graph.named("schedules-europe-west4").urn)
    agent = "serviceAccount:service-1@compute-system.iam.gserviceaccount.com"
    assert grant.inputs["member"] == agent
    assert grant.inputs["role"] == "schedules-role-id"
    role = graph.named("schedules-role").inputs
    assert role["permissions"] == ["compute.instances.start", "compute.instances.stop"]


def test_a_schedule_for_no_machine_is_not_made(programs):
    assert not programs["dev"].all(POLICY), "dev has a schedule and no machines"


def test_without_a_budget_there_is_none_and_nothing_else_goes(cloud, programs, config):
    graph = built(cloud, changed(config, "cost.budget", None))
    gone = resources(programs["dev"]) - resources(graph)
    assert ("gcp:billing/budget:Budget", "budget-month") in gone
    parts = ("budget-", "spend-cap-", "functions-")
    assert all(name == "spend-cap" or name.startswith(parts) for _, name in gone)


def test_without_quotas_none_is_asked_for_and_nothing_else_goes(cloud, prod, prod_config):
    gone = resources(prod) - resources(built(cloud, changed(prod_config, "cost.quotas", [])))
    assert {kind for kind, _ in gone} == {PREFERENCE}
