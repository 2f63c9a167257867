"""Two stacks that share a project never mix what they label or name."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from jobs.labels import model_id, stack_label, where

STACKS = st.from_regex(r"[A-Za-z0-9._-]{1,100}", fullmatch=True)
MODELS = st.from_regex(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?", fullmatch=True)


def test_usual_names_are_read_at_a_glance() -> None:
    assert model_id("flight-delay", "dev") == "flight-delay_dev"
    assert stack_label("dev") == "dev"
    assert where(stack="dev", run="r-1") == (
        'labels.mlplatform_stack="dev" AND labels.mlplatform_run="r-1"'
    )


@given(MODELS, STACKS)
def test_the_registry_takes_every_id(model: str, stack: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", model_id(model, stack))
    assert re.fullmatch(r"[a-z0-9_-]{1,63}", stack_label(stack))


@given(st.tuples(MODELS, STACKS), st.tuples(MODELS, STACKS))
@example(("a", "b"), ("a-b", "b"))
@example(("a", "Dev"), ("a", "dev"))
@example(("a", "x.y"), ("a", "x-y"))
@example(("a", "x" * 80), ("a", "x" * 81))
def test_every_model_of_every_stack_has_an_id_of_its_own(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert (model_id(*one) == model_id(*other)) == (one == other)
    assert (stack_label(one[1]) == stack_label(other[1])) == (one[1] == other[1])
