"""A repository, a sign-in or a build that cannot be is refused."""

import pytest
from settings_changes import changed, refusal

from infra.settings import parse


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("github.owner", "-example", "GitHub user or group"),
        ("github.owner", "", "GitHub user or group"),
        ("github.repository", "mlplatform.git", "without '.git'"),
        ("github.owner_id", 0, "owner_id"),
        ("github.repository_id", -1, "repository_id"),
        ("sign_in.pool", "gcp-github", "do not begin with 'gcp-'"),
        ("sign_in.pool", "abc", "4 to 32"),
        ("sign_in.pool", "GitHub", "small letters"),
        ("sign_in.apply_environment", "", "environment on GitHub"),
        ("builds.machine", "E2_HIGHCPU_16", "'E2_HIGHCPU_8'"),
        ("builds.branch", "", "builds.branch"),
        ("builds.app_installation_id", 0, "app_installation_id"),
        ("builds.token", "ghp_abcdefghijklmnopqrstuvwxyz", "never the value"),
        ("builds.token", "projects/p/secrets/github-token/versions/latest", "versions/1"),
        ("builds.jax", "gpu", "'cuda12'"),
        ("builds.workstations.rebuild_cron", "weekly", "five fields"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_write(prod_config, path, value, said):
    problem = refusal(changed(prod_config, f"delivery.{path}", value))
    assert problem.startswith(f"mlplatform:delivery.{path}")
    assert said in problem


@pytest.mark.parametrize("key", ["owner", "owner_id", "repository", "repository_id"])
def test_a_repository_is_named_whole(prod_config, key):
    del prod_config["mlplatform:delivery"]["github"][key]
    assert refusal(prod_config).startswith(f"mlplatform:delivery.github.{key}")


@pytest.mark.parametrize("key", ["sign_in", "builds"])
def test_nothing_is_delivered_from_no_repository(prod_config, key):
    other = {"sign_in": "builds", "builds": "sign_in"}[key]
    config = changed(changed(prod_config, "delivery.github", None), f"delivery.{other}", None)
    config = changed(config, "guardrails.binary_authorization", None)
    assert refusal(config).startswith(f"mlplatform:delivery.{key} is set, but github is null")


def test_a_token_that_google_would_not_exchange_is_refused(prod_config):
    config = changed(prod_config, "delivery.github.repository", "r" * 40)
    environment = "delivery.sign_in.apply_environment"
    assert parse(changed(config, environment, "e" * 61)), "127 characters are taken"
    said = refusal(changed(config, environment, "e" * 63))
    assert said.startswith("mlplatform:delivery.sign_in.apply_environment is 'eee")
    assert "2 characters longer than the 127" in said
