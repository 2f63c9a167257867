"""The kinds of models: one package each, found by name without importing it.

A workload `flight-delay` is the package `flight_delay` beside this file with `args.py` (pydantic
only), `prepare.py`, `train.py` and `validate.py`; with a `spark.py`, Spark can prepare its data.
Does not run anything: that is `jobs.steps`.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

    from jobs.progress import Progress
    from jobs.serving.features import Answer, Field
    from jobs.spark.batch import Plan
    from jobs.spec import DataReference

HERE = Path(__file__).parent


def names() -> list[str]:
    """Every workload's name as a stack file writes it, sorted."""
    return sorted(found.parent.name.replace("_", "-") for found in HERE.glob("*/args.py"))


def arguments_model(name: str) -> type["BaseModel"]:
    """The workload's `Arguments`; imports nothing but pydantic.

    Raises LookupError for an unknown name, listing the valid ones.
    """
    return importlib.import_module(f"{_package(name)}.args").Arguments


def device_problem(name: str, arguments: Any, devices: int) -> tuple[str, str] | None:
    """Key and reason if so many devices cannot train by these arguments, which must be valid.

    Asks the model of the arguments, if it has an opinion; the same LookupError.
    """
    ask = getattr(arguments_model(name).model_validate(arguments), "device_problem", None)
    return ask(devices) if ask else None


def data_reference(name: str) -> "DataReference":
    """Which data the workload reads; as light as `arguments_model`, and the same LookupError."""
    return importlib.import_module(f"{_package(name)}.args").DATA


@dataclass(frozen=True, kw_only=True)
class Interface:
    """What a client of a workload's models sends and is answered."""

    instances: "dict[str, tuple[Field, ...]]"
    """Fields of an instance, by the kind of model that reads them."""
    answer: "Answer"


def interface(name: str) -> Interface:
    """How models of the workload are asked, before any is trained; the same LookupError."""
    return importlib.import_module(f"{_package(name)}.columns").interface()


def prepares_on_spark(name: str) -> bool:
    """Whether the workload can be prepared by a batch of Spark; the same LookupError."""
    return (HERE / _package(name).rpartition(".")[2] / "spark.py").is_file()


def tables_file(name: str) -> Path:
    """What was agreed about the files that the workload reads; the same LookupError."""
    return HERE / _package(name).rpartition(".")[2] / "tables.json"


@dataclass(frozen=True)
class Workload:
    """One workload. Its functions import their module when they are called, not before.

    `arguments` may be the model itself or the plain values of a job spec.
    """

    name: str
    package: str

    def prepare(self, arguments: Any, output_uri: str, progress: "Progress") -> dict[str, Any]:
        """Write the prepared tables below `output_uri`; returns the manifest."""
        return self._call("prepare")(self._checked(arguments), output_uri, progress)

    def spark_plan(self, arguments: Any) -> "Plan":
        """What a batch of Spark computes to the same end."""
        return self._call("plan", "spark")(self._checked(arguments))

    def spark_tables(self, work: Path) -> dict[str, Path]:
        """CSV file of each table that the batch reads; may be written into `work`."""
        return self._call("tables", "spark")(work)

    def prepared(self, arguments: Any, output_uri: str) -> dict[str, Any] | None:
        """The manifest of what is prepared and complete; None if it is to be prepared."""
        return self._call("prepared", "prepare")(self._checked(arguments), output_uri)

    def conclude(self, arguments: Any, output_uri: str) -> dict[str, Any]:
        """Write the manifest of what a batch has left; FileNotFoundError if that is not all."""
        return self._call("conclude", "spark")(self._checked(arguments), output_uri)

    def train(
        self,
        arguments: Any,
        data_uri: str,
        checkpoint_uri: str,
        model_uri: str,
        progress: "Progress",
    ) -> dict[str, Any]:
        """Train from prepared data; writes one folder per candidate below `model_uri`."""
        checked = self._checked(arguments)
        return self._call("train")(checked, data_uri, checkpoint_uri, model_uri, progress)

    def validate(
        self, arguments: Any, data_uri: str, model_uri: str, output_uri: str, progress: "Progress"
    ) -> dict[str, Any]:
        """Judge the candidates on held-out data; returns the evaluation."""
        checked = self._checked(arguments)
        return self._call("validate")(checked, data_uri, model_uri, output_uri, progress)

    def _call(self, function: str, module: str = "") -> Callable[..., Any]:
        return getattr(importlib.import_module(f"{self.package}.{module or function}"), function)

    def _checked(self, arguments: Any) -> "BaseModel":
        return arguments_model(self.name).model_validate(arguments)


def load(name: str) -> Workload:
    """The workload of that name. Raises LookupError, listing the valid ones."""
    return Workload(name=name, package=_package(name))


def _package(name: str) -> str:
    valid = names()
    if name in valid:
        return f"{__name__}.{name.replace('-', '_')}"
    near = get_close_matches(name, valid, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise LookupError(
        f"there is no workload {name!r}: {hint}valid names are {', '.join(valid)} "
        "(the folders of jobs/workloads that hold an args.py)"
    )
