"""From raw instances to the arrays a model takes, as `features.json` says.

The same encoding serves training, validation and the endpoint, so that they cannot differ. Owns
the checks of an instance, field by field. Does not learn vocabularies or means: training does.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from hashlib import sha256
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

OTHER = 0
"""Index of a category that training has not seen often enough."""
UNKNOWN = 1
"""Index of null."""
FIRST_CATEGORY = 2
LARGEST_DEVIATION = 6.0
"""Numbers further out are moved here: a model should not extrapolate a typing error."""

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]


class InstanceError(ValueError):
    """An instance that cannot be encoded; the text names the instance, the field and the cure."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of an instance and how it becomes numbers.

    `category` uses `vocabulary`; `linear` and `asinh` use `mean` and `deviation`; `circle` takes
    degrees and gives sine and cosine. A nullable number also gives a flag that it is absent.
    """

    name: str
    kind: Literal["text", "integer", "number"]
    encoding: Literal["category", "linear", "asinh", "circle"]
    about: str
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    scale: float = 1.0
    vocabulary: tuple[str | int, ...] = ()
    mean: float = 0.0
    deviation: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a prediction is worded."""

    probability: str
    decision: str
    threshold: float
    """From this probability on the decision is true."""


@dataclass(frozen=True, kw_only=True)
class FeatureSpec:
    """What `features.json` holds."""

    workload: str
    fields: tuple[Field, ...]
    answer: Answer

    @property
    def categories(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.encoding == "category")

    @property
    def numbers(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.encoding != "category")

    @property
    def category_sizes(self) -> tuple[int, ...]:
        """How many indices each categorical field can have."""
        return tuple(FIRST_CATEGORY + len(field.vocabulary) for field in self.categories)

    @property
    def digest(self) -> str:
        """SHA-256 over the fields: two models with the same digest read instances alike."""
        plain = json.dumps([asdict(field) for field in self.fields], sort_keys=True)
        return sha256(plain.encode()).hexdigest()

    def to_json(self) -> str:
        return json.dumps({"format": 1, "sha256": self.digest, **asdict(self)}, indent=1)

    def with_threshold(self, threshold: float) -> "FeatureSpec":
        """The same, but deciding from this probability on."""
        return replace(self, answer=replace(self.answer, threshold=threshold))

    @classmethod
    def from_json(cls, text: str) -> "FeatureSpec":
        """Raises ValueError if the text is of another format or was edited."""
        plain = json.loads(text)
        if plain.get("format") != 1:
            raise ValueError(
                f"features.json has format {plain.get('format')!r}, this server reads 1; "
                "serve the model with the image it was trained with"
            )
        fields = tuple(
            Field(**{**field, "vocabulary": tuple(field["vocabulary"])})
            for field in plain["fields"]
        )
        spec = cls(workload=plain["workload"], fields=fields, answer=Answer(**plain["answer"]))
        if spec.digest != plain["sha256"]:
            raise ValueError(
                "features.json does not have the SHA-256 that it states: it was edited after "
                "training; export the model again"
            )
        return spec

    def encode(self, columns: Columns) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Columns of equal length to (categories[rows, fields], numbers[rows, features]).

        Trusts the values: `columns_of` checks them. Null is None, or NaN in a number array.
        """
        categories = [_category_indices(field, columns[field.name]) for field in self.categories]
        numbers = [part for field in self.numbers for part in _numbers(field, columns[field.name])]
        return np.stack(categories, axis=1), np.stack(numbers, axis=1)

    def columns_of(self, instances: Sequence[Any]) -> dict[str, list[Any]]:
        """Check raw instances and turn them by field. Raises InstanceError at the first fault."""
        names = {field.name for field in self.fields}
        for place, instance in enumerate(instances):
            if not isinstance(instance, dict):
                raise InstanceError(
                    f"instances[{place}]: {_shown(instance)} is not an object; "
                    'write {"' + self.fields[0].name + '": ..., ...}'
                )
            if instance.keys() != names:
                raise InstanceError(_wrong_names(place, instance, names))
        return {
            field.name: _checked(field, [instance[field.name] for instance in instances])
            for field in self.fields
        }


def number_features(field: Field) -> list[str]:
    """Names of the features that one numeric field gives, in order."""
    values = ["sine", "cosine"] if field.encoding == "circle" else ["value"]
    return [f"{field.name}:{part}" for part in [*values, *(["absent"] * field.nullable)]]


def transformed(field: Field, values: Sequence[Any] | NDArray[Any]) -> NDArray[np.float64]:
    """A numeric column as float64 before its mean and deviation are applied; null is NaN."""
    column = np.asarray(values, dtype=np.float64)
    return np.arcsinh(column / field.scale) if field.encoding == "asinh" else column


def _category_indices(field: Field, values: Sequence[Any] | NDArray[Any]) -> NDArray[np.int32]:
    index: dict[Any, int] = {
        value: place for place, value in enumerate(field.vocabulary, FIRST_CATEGORY)
    }
    index[None] = UNKNOWN
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return np.fromiter((index.get(value, OTHER) for value in plain), np.int32, len(plain))


def _numbers(field: Field, values: Sequence[Any] | NDArray[Any]) -> list[NDArray[np.float32]]:
    column = transformed(field, values)
    absent = np.isnan(column)
    if field.encoding == "circle":
        angle = np.deg2rad(np.where(absent, 0.0, column))
        parts = [np.where(absent, 0.0, np.sin(angle)), np.where(absent, 0.0, np.cos(angle))]
    else:
        standard = (column - field.mean) / field.deviation
        clipped = np.clip(standard, -LARGEST_DEVIATION, LARGEST_DEVIATION)
        parts = [np.where(absent, 0.0, clipped)]
    if field.nullable:
        parts.append(absent.astype(np.float64))
    return [part.astype(np.float32) for part in parts]


def _wrong_names(place: int, instance: dict[str, Any], names: set[str]) -> str:
    for name in instance:
        if name not in names:
            near = get_close_matches(str(name), sorted(names - instance.keys()), n=1)
            hint = (
                f"did you mean {near[0]!r}?" if near else f"fields are {', '.join(sorted(names))}"
            )
            return f"instances[{place}].{name}: there is no such field; {hint}"
    missing = ", ".join(sorted(names - instance.keys()))
    return (
        f"instances[{place}]: missing {missing}; write every field, "
        "null where the value is unknown and the field may be null"
    )


def _checked(field: Field, values: list[Any]) -> list[Any]:
    for place, value in enumerate(values):
        fault = _fault(field, value)
        if fault:
            raise InstanceError(f"instances[{place}].{field.name}: {fault}")
    return [int(value) for value in values] if _needs_int(field) else values


def _needs_int(field: Field) -> bool:
    # 5.0 is 5 in JSON; a vocabulary of integers must find it.
    return field.kind == "integer" and field.encoding == "category" and not field.nullable


def _fault(field: Field, value: Any) -> str | None:
    """Why the value cannot be used, or None."""
    if value is None:
        if field.nullable:
            return None
        return f"null is not allowed here; write {field.about}"
    if field.kind == "text":
        right = isinstance(value, str) and value != ""
        return None if right else f"{_shown(value)} is not a text; write {field.about}"
    return _number_fault(field, value)


def _number_fault(field: Field, value: Any) -> str | None:
    word = "a whole number" if field.kind == "integer" else "a number"
    or_null = ", or null if it is unknown" if field.nullable else ""
    cure = f"write {field.about} as {word}{or_null}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{_shown(value)} is not {word}; {cure}"
    if not math.isfinite(value) or (field.kind == "integer" and value != int(value)):
        return f"{value} is not {word}; {cure}"
    if field.minimum is not None and value < field.minimum:
        return f"{value} is below {field.minimum:g}; {cure}"
    if field.maximum is not None and value > field.maximum:
        return f"{value} is above {field.maximum:g}; {cure}"
    return None


def _shown(value: Any) -> str:
    text = repr(value)
    most = 60
    return text if len(text) <= most else f"{text[:most]}..."
