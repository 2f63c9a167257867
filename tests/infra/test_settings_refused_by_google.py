"""What Google Cloud or a run would refuse, refused before anything is made; and what it takes."""

import pytest
from settings_changes import changed, mistakes, refusal, refusals

MODEL = "models.flight-delay"
SHA = f"@sha256:{'0' * 64}"
CHANNEL = "projects/{}/notificationChannels/1"
OWN = "mlplatform-prod"
ROBOT = "deploy@mlplatform-prod.iam.gserviceaccount.com"
SPARE = "accelerators.machines.3.zone"
CRON = "cost.reaper.cron"

# The key that is set, its value, and words that the one refusal must hold.
MISTAKES = [
    ("access.auditors", [f"user:{ROBOT}"], [f"write 'serviceAccount:{ROBOT}'"]),
    ("access.auditors", [f"group:{ROBOT}"], [f"write 'serviceAccount:{ROBOT}'"]),
    ("access.auditors", ["serviceAccount:ml@example.com"], ["end with .gserviceaccount.com"]),
    ("project.labels", {"goog-team": "x"}, ["labels.goog-team is set by Google"]),
    ("project.labels", {"ttl-hours": "72"}, ["labels.ttl-hours is set by the platform"]),
    ("project.labels", {"keep": "true"}, ["labels.keep is set by the platform"]),
    ("project.allowed_regions", ["europe-west4", "europe-west1"] * 2, ["regions.2 ", "3 ", "once"]),
    ("guardrails.extra_locations", ["in:eu-locations"] * 2, ["locations.1", "a second time"]),
    (
        "guardrails.perimeter.access_levels",
        ["accessPolicies/123456789012/accessLevels/office"] * 2,
        ["access_levels.1", "a second time"],
    ),
    ("network.subnets.0.cidr", "10.40.0.1/20", ["such as '10.40.0.0/20'", "host bits"]),
    ("network.subnets.0.cidr", "10.40.0.0/255.255.240.0", ["write '10.40.0.0/20'"]),
    ("network.subnets.0.cidr", "10.40.0.0/0.0.15.255", ["write '10.40.0.0/20'"]),
    ("network.subnets.0.cidr", "172.17.8.0/24", ["have 172.17.0.0/16 on each machine"]),
    ("network.private_services_range", "172.16.0.0/12", ["have 172.17.0.0/16 on each machine"]),
    ("network.google_apis_address", "172.17.0.9", ["write another address"]),
    ("network.google_apis_address", "10.44.0.5", ["gpu_networks.0.cidr", "overlaps 10.44.0.5"]),
    ("network.name", f"projects/{OWN}/global/networks/n", ["write 1 to 39 lower-case"]),
    ("cost.budget.currency", "usd", ["did you mean 'USD'?"]),
    ("cost.budget.currency", "EURO", ["did you mean 'EUR'?"]),
    ("cost.budget.currency", "XYZ", ["the currency of the billing account", "Valid: "]),
    ("cost.budget.billing_account", "01ab23-45cd67-89ef01", ["in capitals"]),
    ("cost.budget.monthly_amount", 2**63, ["more than any API takes: write fewer digits"]),
    ("guardrails.binary_authorization.key_versions", [2**63], ["versions.0", "any API takes"]),
    (CRON, "0 0 30 2 *", ["a day 30: it would never be due; write an earlier day"]),
    (CRON, "0 0 31 4,6 *", ["a day 31: it would never be due"]),
    (CRON, "0 0 31 4/5 *", ["a day 31: it would never be due"]),
    (SPARE, "europe-west1-a", ["write one of europe-west1-b, europe-west1-c, europe-west1-d"]),
    (SPARE, "mars-a", ["no zone of Google Cloud: did you mean"]),
    (f"{MODEL}.image", f"eu-docker.pkg.dev/p-project/r/x{SHA}", ["is called 'eu'"]),
    (
        "workstations.teams.0.image",
        f"europe-west44-docker.pkg.dev/p-project/r/x{SHA}",
        ["no place of Artifact Registry", "did you mean 'europe-west4'?"],
    ),
    ("alerts.critical.channels", [CHANNEL.format("other-project")], [f"are in {OWN}", "see chan"]),
    ("accelerators.reservations.0.shared_with", [OWN], ["this stack's own project", "leave it"]),
    (
        "models.flight-delay-partner.serving.consumer_projects",
        [OWN],
        ["consumer_projects.0", "this stack's own project"],
    ),
    (
        "models.flight-delay-partner.serving.consumer_projects",
        ["acme-apps", "acme-apps"],
        ["consumer_projects.1", "a second time"],
    ),
    (f"{MODEL}.arguments.batch_size", 2049, ["8 devices", "1 x v6e-8", "write 2048 or 2056"]),
    (f"{MODEL}.arguments.hidden_units", 64, ["write a list"]),
    (f"{MODEL}.arguments.hidden_units", [128, 0], ["hidden_units.1 is 0: write 1 or more"]),
    (f"{MODEL}.arguments.learning_rate", float("nan"), ["learning_rate is nan: write a finite"]),
    ("features.groups.0.about", "", ["write at least 1 characters"]),
    ("cost.quotas.0.reason", "x", ["write at least 10 characters"]),
    ("cost.quotas.0.place", None, ["is null, but h200-spot is a quota of a region"]),
    ("cost.budget.currency", False, ["YAML reads a bare no, off, on or yes as false or true"]),
    ("delivery.builds.branch", "refs/heads/main", ["such as 'main' or 'release/1.0'"]),
    ("delivery.builds.branch", "^main$", ["the name of a branch"]),
    ("delivery.builds.branch", "release/*", ["the name of a branch"]),
    ("delivery.builds.branch", "a..b", ["the name of a branch"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_what_google_refuses_is_refused_by_its_key_with_what_to_write(
    prod_config, path, value, words
):
    said = refusals(changed(prod_config, path, value))
    assert all(each.startswith("mlplatform:") for each in said), said
    for word in words:
        assert any(word in each for each in said), said


TAKEN = [
    ("access.auditors", [f"serviceAccount:{ROBOT}"]),
    ("access.auditors", ["serviceAccount:12-compute@developer.gserviceaccount.com"]),
    ("project.allowed_regions", ["europe-west4", "europe-west1", "europe-north2"]),
    ("project.allowed_regions", ["europe-west4", "europe-west1", "northamerica-south1"]),
    ("network.subnets.0.cidr", "172.18.0.0/20"),
    ("cost.budget.currency", "GBP"),
    (CRON, "0 0 31 */2 *"),
    (CRON, "0 0 31 2-4 *"),
    (CRON, "0 0 29 2 *"),
    (CRON, "0 0 */5 2 *"),
    (CRON, "0 0 31,1 2 *"),
    (CRON, "0 0 31 4 1"),
    (f"{MODEL}.image", f"europe-docker.pkg.dev/p-project/r/x{SHA}"),
    ("alerts.critical.channels", [CHANNEL.format(OWN)]),
    (f"{MODEL}.arguments.batch_size", 2056),
    ("delivery.builds.branch", "release/1.0"),
    ("delivery.builds.branch", "Main_2"),
]


@pytest.mark.parametrize(("path", "value"), TAKEN)
def test_what_google_takes_is_taken(prod_config, path, value):
    assert mistakes(changed(prod_config, path, value)) == []


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("delivery.builds.token", "ghp_0123456789"),
        ("secrets.made.0.value", "ghp_0123456789"),
    ],
)
def test_what_may_be_a_secret_is_refused_and_not_repeated(prod_config, path, secret):
    problem = refusal(changed(prod_config, path, secret))
    assert problem.startswith(f"mlplatform:{path} is n")
    assert "not repeated here" in problem
    assert secret not in problem


def test_of_a_long_text_both_ends_are_shown(prod_config):
    image = f"europe-west4-docker.pkg.dev/{OWN}/images-prod/mlplatform-workstation@sha256:abc"
    problem = refusal(changed(prod_config, "workstations.teams.0.image", image))
    assert "is 'europe-west4-docker.pkg.dev/" in problem
    assert "workstation@sha256:abc': write" in problem
