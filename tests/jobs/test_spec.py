"""A run's identity covers what changes its result, and nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_fakes import make_submission
from pydantic import ValidationError

from jobs.layout import STEPS, RunLayout, prepared_data
from jobs.spec import canonical_json, identity, image_files, run_id, tree_digest

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON))
def test_the_order_of_keys_does_not_change_the_canonical_text(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical_json(turned) == canonical_json(value)
    assert json.loads(canonical_json(value)) == value


def test_what_is_not_a_number_has_no_canonical_text() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"loss": float("nan")})


def test_the_identity_is_twenty_hex_digits_of_the_specs_hash() -> None:
    spec = make_submission().spec
    assert len(identity(spec)) == 20
    assert int(identity(spec), 16) >= 0
    assert identity(spec) == identity(spec.model_copy())
    assert identity(spec) != identity(make_submission(arguments={"epochs": 3}).spec)


def test_one_machine_leaves_a_runs_identity_as_it_was_before_several_could_train() -> None:
    spec = make_submission().spec
    assert "replica_count" not in json.loads(canonical_json(spec))["training"]
    assert identity(spec) == "0d7c22800ef4120f4813", "or every model is trained again"


def test_the_number_of_machines_is_part_of_a_runs_identity() -> None:
    one = make_submission().spec
    two = one.model_copy(update={"training": one.training.model_copy(update={"replica_count": 2})})
    assert identity(two) != identity(one)
    assert type(two).model_validate_json(canonical_json(two)) == two


def test_a_run_is_named_by_model_identity_and_attempt() -> None:
    spec = make_submission().spec
    assert run_id(spec, 3) == f"flight-delay-{identity(spec)}-3"


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="epocs"):
        make_submission(epocs=3)


def lay_out(root: Path) -> Path:
    (root / "jobs").mkdir()
    (root / "catalog").mkdir()
    (root / "jobs" / "train.py").write_text("print(1)")
    (root / "catalog" / "zones.py").write_text("ZONES = 1")
    (root / "requirements-jobs.txt").write_text("jax==1")
    (root / "README.md").write_text("not in the image")
    return root


def test_the_tree_digest_follows_just_the_files_of_the_image(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    before = tree_digest(root)
    (root / "README.md").write_text("changed")
    (root / "jobs" / "__pycache__").mkdir()
    (root / "jobs" / "__pycache__" / "train.pyc").write_bytes(b"1")
    assert tree_digest(root) == before, "what the image does not hold must not start a run"
    (root / "jobs" / "train.py").write_text("print(2)")
    assert tree_digest(root) != before
    assert [f.name for f in image_files(root)] == ["zones.py", "train.py", "requirements-jobs.txt"]


def test_moving_bytes_between_files_is_another_digest(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    before = tree_digest(root)
    (root / "jobs" / "train.py").rename(root / "jobs" / "trainer.py")
    assert tree_digest(root) != before


def test_every_path_of_a_run_lies_under_a_known_prefix() -> None:
    from catalog.prefixes import PREFIXES

    submission = make_submission()
    layout = RunLayout.of(submission.spec, submission.placement, "flight-delay-x-1")
    paths = [layout.run, layout.pipeline_root, layout.training, layout.candidates, layout.report]
    paths += [layout.step(step) for step in STEPS]
    paths.append(prepared_data(submission.spec, submission.placement))
    known = tuple(f"gs://acme-ml-artifacts/{prefix.path}" for prefix in PREFIXES)
    assert all(path.startswith(known) for path in paths), paths
