"""Settings from environment variables."""

import pytest

from infra.settings import SettingsError, parse


def fill(config, **variables):
    return parse(config, environment={f"MLPLATFORM_{k}": v for k, v in variables.items()})


def test_a_variable_fills_an_absent_key(config):
    del config["mlplatform:project"]["id"]
    assert fill(config, PROJECT__ID="acme-ml-dev").project.id == "acme-ml-dev"


def test_a_variable_fills_an_absent_section(config):
    del config["mlplatform:submission"]
    assert fill(config, SUBMISSION__MAX_SUBMISSIONS="2").submission.max_submissions == 2


def test_a_variable_reaches_below_a_model_with_a_hyphen(config):
    uri = "europe-west4-docker.pkg.dev/p/r/jobs@sha256:" + "0" * 64
    settings = fill(config, MODELS__FLIGHT_DELAY__IMAGE=uri)
    assert settings.models["flight-delay"].image == uri


def test_a_variable_adds_an_argument_and_a_label(config):
    settings = fill(
        config, MODELS__FLIGHT_DELAY__ARGUMENTS__SEED="7", PROJECT__LABELS__TEAM="ml-core"
    )
    assert settings.models["flight-delay"].arguments["seed"] == 7
    assert settings.project.labels["team"] == "ml-core"


def test_a_number_arrives_as_a_number(config):
    del config["mlplatform:submission"]["max_submissions"]
    assert fill(config, SUBMISSION__MAX_SUBMISSIONS="0").submission.max_submissions == 0


def test_a_variable_that_agrees_with_the_file_is_accepted(config):
    assert fill(config, PROJECT__ID=config["mlplatform:project"]["id"])


def test_a_variable_that_contradicts_the_file_is_refused(config):
    with pytest.raises(SettingsError, match="'mlplatform-dev' in the stack file but 'other-one'"):
        fill(config, PROJECT__ID="other-one")


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("PROJET__ID", "did you mean 'project'"),
        ("PROJECT__IDD", "did you mean 'id'"),
        ("MODELS__FLIGHTS__IMAGE", "did you mean 'flight-delay'"),
        ("PROJECT__ID__DEEPER", "fills no setting"),
    ],
)
def test_a_variable_that_fills_nothing_is_refused(config, variable, said):
    with pytest.raises(SettingsError, match=said):
        fill(config, **{variable: "x"})


def test_wiring_of_the_running_program_is_no_setting(config):
    assert fill(config, VERTEX_ENDPOINT="http://127.0.0.1:1", BIND="127.0.0.1")
