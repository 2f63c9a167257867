"""A servable candidate: `model.jaxexport`, `features.json` and `card.json` of one folder.

Loads it, and answers raw instances in batches of fixed sizes. Does not speak HTTP: that is `app`.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs import files
from jobs.serving.features import Columns, FeatureSpec

MODEL_FILE = "model.jaxexport"
FEATURES_FILE = "features.json"
CARD_FILE = "card.json"

BATCH_SIZES = (1, 8, 64, 512)
"""Every new shape is compiled, so these are all there are: shorter batches are filled up, longer
requests are cut."""


class ModelError(RuntimeError):
    """The folder holds no model that this server can serve."""


@dataclass(frozen=True)
class ServedModel:
    """One candidate, ready to answer. Safe to use from several threads."""

    spec: FeatureSpec
    card: dict[str, Any]
    _call: Any
    _lock: threading.Lock

    def warm_up(self) -> None:
        """Compile every batch size, so that no request waits for it."""
        for size in BATCH_SIZES:
            self._probabilities(*self._blank(size))

    def predict(self, instances: Sequence[Any]) -> list[dict[str, Any]]:
        """One answer per raw instance. Raises InstanceError naming the field that is wrong."""
        answer = self.spec.answer
        chances = self.probabilities(self.spec.columns_of(instances))
        return [
            {answer.probability: round(chance, 6), answer.decision: chance >= answer.threshold}
            for chance in chances.tolist()
        ]

    def probabilities(self, columns: Columns) -> NDArray[np.float32]:
        """float32[rows] for checked columns."""
        categories, numbers = self.spec.encode(columns)
        parts = []
        for start, size in batches(len(categories)):
            rows = slice(start, start + size)
            parts.append(self._probabilities(categories[rows], numbers[rows]))
        return np.concatenate(parts) if parts else np.empty(0, np.float32)

    def _probabilities(
        self, categories: NDArray[np.int32], numbers: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        rows = len(categories)
        missing = next(size for size in BATCH_SIZES if size >= rows) - rows
        padded = [np.pad(part, ((0, missing), (0, 0))) for part in (categories, numbers)]
        with self._lock:
            return np.asarray(self._call(*padded))[:rows]

    def _blank(self, rows: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        columns = {field.name: [None] * rows for field in self.spec.fields}
        return self.spec.encode(columns)


def batches(rows: int) -> list[tuple[int, int]]:
    """Start and size of each part of a request, none larger than the largest batch."""
    largest = BATCH_SIZES[-1]
    return [(start, min(largest, rows - start)) for start in range(0, rows, largest)]


def load(uri: str) -> ServedModel:
    """The candidate in the folder `uri` (`gs://` or local). Raises ModelError."""
    import jax
    from jax import export

    folder = uri.rstrip("/")
    try:
        spec = FeatureSpec.from_json(files.read_text(f"{folder}/{FEATURES_FILE}"))
        card = json.loads(files.read_text(f"{folder}/{CARD_FILE}"))
        exported = export.deserialize(bytearray(files.read_bytes(f"{folder}/{MODEL_FILE}")))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder} is no servable model: {error}; AIP_STORAGE_URI must name a folder with "
            f"{MODEL_FILE}, {FEATURES_FILE} and {CARD_FILE}"
        ) from error
    platform = jax.default_backend()
    known = {"gpu": "cuda"}.get(platform, platform)
    if known not in exported.platforms:
        raise ModelError(
            f"{folder} was exported for {', '.join(exported.platforms)}, not for {known}"
        )
    return ServedModel(spec, card, jax.jit(exported.call), threading.Lock())
