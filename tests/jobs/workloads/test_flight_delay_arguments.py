"""What a stack file may say about the workload."""

import hashlib

import pytest
from pydantic import ValidationError

from jobs.workloads.flight_delay.args import DATA, FILES, Arguments


def test_every_argument_may_be_left_out():
    assert Arguments().delay_threshold_minutes == 30


def test_a_misspelt_argument_is_refused():
    with pytest.raises(ValidationError, match="learning_rte"):
        Arguments.model_validate({"learning_rte": 0.1})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epochs", 0),
        ("batch_size", 1),
        ("learning_rate", 0.0),
        ("hidden_units", []),
        ("hidden_units", [64, 0]),
        ("dropout_rate", 1.0),
        ("seed", -1),
        ("checkpoint_every_steps", 0),
        ("checkpoint_every_minutes", 0),
        ("precision", "float16"),
    ],
)
def test_values_that_cannot_train_are_refused_by_name(key: str, value: object):
    with pytest.raises(ValidationError, match=key):
        Arguments.model_validate({key: value})


def test_the_data_digest_is_that_of_its_files():
    lines = "".join(f"{name} {FILES[name]}\n" for name in sorted(FILES))
    assert hashlib.sha256(lines.encode()).hexdigest() == DATA.sha256
