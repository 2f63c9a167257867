"""Names that Google Cloud takes, whatever the stack is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.labels import Labels
from infra.naming import Names, bounded
from infra.settings import SettingsError
from infra.settings.project import ProjectSettings

STACK_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}", fullmatch=True)
PROJECT_IDS = st.from_regex(r"[a-z][-a-z0-9]{4,28}[a-z0-9]", fullmatch=True)
MODELS = st.from_regex(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?", fullmatch=True)


@given(STACK_NAMES, PROJECT_IDS)
def test_every_name_is_one_that_its_service_accepts(stack, project_id):
    names = Names(stack=stack, project_id=project_id)
    assert re.fullmatch(r"[a-z][-a-z0-9]{4,28}[a-z0-9]", names.account_id("pipeline-runner"))
    assert re.fullmatch(r"[a-z0-9][-a-z0-9]{1,61}[a-z0-9]", names.bucket("artifacts"))
    assert names.bucket("artifacts").endswith(project_id)
    assert re.fullmatch(r"[a-z][-a-z0-9]{0,61}[a-z0-9]", names.repository("images"))
    assert re.fullmatch(r"[a-z0-9_]{1,1024}", names.dataset("mlplatform"))
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,59}", names.snake("x" * 40))
    assert re.fullmatch(r"[a-zA-Z0-9_.]{3,64}", names.role_id("pipeline_runner"))
    assert re.fullmatch(r"[a-z][-a-z0-9]{0,47}[a-z0-9]", names.service("cancel-diverging"))
    assert len(names.title("Cancels the training job that an alert names")) <= 100
    assert len(names.title("Guard rails", 63)) <= 63
    # A service of Cloud Monitoring takes 63, a metric made from logs 100.
    assert re.fullmatch(r"[a-z0-9_]{1,50}", names.snake_stack)


@pytest.mark.parametrize(("one", "other"), [("a.b", "a_b"), ("Dev", "dev"), ("a-b", "a_b")])
def test_stacks_whose_names_differ_in_signs_only_stay_apart(one, other):
    left, right = (Names(stack=stack, project_id="any-project") for stack in (one, other))
    assert left.account_id("trainer") != right.account_id("trainer")
    assert left.dataset("mlplatform") != right.dataset("mlplatform")


def test_a_stack_named_after_google_has_buckets_that_are_not():
    names = Names(stack="google-ads", project_id="any-project")
    assert "google" not in names.bucket("lake"), "Cloud Storage refuses the word in a name"
    assert names.bucket("lake") != Names(stack="g-ads", project_id="any-project").bucket("lake")


@given(STACK_NAMES, MODELS)
def test_an_endpoint_number_has_nine_digits_and_does_not_change(stack, model):
    number = Names(stack=stack, project_id="any-project").endpoint(model)
    assert re.fullmatch(r"[1-9][0-9]{8}", number)
    assert Names(stack=stack, project_id="other-project").endpoint(model) == number


def test_the_number_of_a_known_model_is_the_one_that_is_deployed():
    names = Names(stack="prod", project_id="any-project")
    assert names.endpoint("flight-delay") == "670003213", "another number replaces the endpoint"


def test_two_models_with_one_number_are_refused_by_name(monkeypatch):
    monkeypatch.setattr(Names, "endpoint", lambda self, model: "100000000")
    with pytest.raises(SettingsError, match=r"models\.b gets .* as a does: rename one"):
        Names(stack="dev", project_id="any-project").endpoints(["a", "b"])


def test_a_thousand_models_have_a_thousand_numbers():
    models = [f"model-{n}" for n in range(1000)]
    numbers = Names(stack="dev", project_id="any-project").endpoints(models)
    assert list(numbers) == models
    assert len(set(numbers.values())) == 1000


@given(st.text("abcdefg-", min_size=1, max_size=80), st.integers(10, 63))
def test_a_shortened_name_fits_and_two_long_ones_stay_apart(text, length):
    assert len(bounded(text, length)) <= length
    assert bounded(text + "x" * 80, length) != bounded(text + "x" * 79 + "y", length)


def labels_of(stack):
    project = ProjectSettings(
        id="a-project",
        created=None,
        number=None,
        region="us-central1",
        zone="us-central1-a",
        allowed_regions=["us-central1"],
        labels={"team": "ml"},
    )
    return Labels.of_stack(project, "dev", stack)


@given(STACK_NAMES)
def test_the_stacks_label_is_a_legal_value(stack):
    labels = labels_of(stack)
    assert all(re.fullmatch(r"[-_a-z0-9]{0,63}", value) for value in labels.defaults.values())
    assert labels.user("alerts", "m") == {**labels.defaults, "component": "alerts", "model": "m"}


def test_two_stacks_never_share_a_label():
    stacks = ("a.b", "a-b", "A-b", "a" * 64, "a" * 65)
    assert len({labels_of(each).defaults["stack"] for each in stacks}) == len(stacks)
