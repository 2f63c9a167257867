"""Checkpoints of a training, `gs://` or local, and the promise that a resumed run is the same run.

Owns saving, restoring and the check that a checkpoint belongs to these arguments. Does not decide
when to save.
"""

import hashlib
import json
from typing import Any, Self

from jobs import files

KEPT = 2


class CheckpointMismatchError(RuntimeError):
    """The checkpoints there were written by another training."""


class Checkpoints:
    """The newest `KEPT` states of one training, by step.

    `identity` is what must be equal for a resumed run to be the same run.
    """

    def __init__(self, uri: str, identity: dict[str, Any]) -> None:
        import jax
        import orbax.checkpoint as ocp

        self.uri = uri
        self._check(identity, write=jax.process_index() == 0)
        options = ocp.CheckpointManagerOptions(max_to_keep=KEPT, create=True)
        # Orbax wants local paths absolute; gs:// it takes as it is.
        self._manager = ocp.CheckpointManager(_absolute(f"{uri}/states"), options=options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._manager.close()

    def latest_step(self) -> int:
        """How many steps the newest checkpoint has seen; 0 if there is none."""
        return self._manager.latest_step() or 0

    def restore(self, step: int, like: Any) -> Any:
        """The state after `step`, placed on devices as the arrays of `like` are."""
        import jax
        import orbax.checkpoint as ocp

        wanted = jax.tree.map(ocp.utils.to_shape_dtype_struct, like)
        return self._manager.restore(step, args=ocp.args.StandardRestore(wanted))

    def save(self, step: int, state: Any, *, wait: bool = False) -> None:
        """Save after `step`, in the background unless told to wait."""
        import orbax.checkpoint as ocp

        if self._manager.latest_step() != step:
            self._manager.save(step, args=ocp.args.StandardSave(state), force=True)
        if wait:
            self._manager.wait_until_finished()

    def preempted(self, step: int) -> bool:
        """Whether several hosts have agreed to stop at this step."""
        return self._manager.reached_preemption(step)

    def _check(self, identity: dict[str, Any], *, write: bool) -> None:
        place = f"{self.uri}/identity.json"
        if not files.exists(place):
            if write:
                files.write_text(place, json.dumps(identity, indent=1, sort_keys=True))
            return
        there = json.loads(files.read_text(place))
        changed = sorted(key for key in {*there, *identity} if there.get(key) != identity.get(key))
        if changed:
            shown = "; ".join(
                f"{key}: {there.get(key)!r} there, {identity.get(key)!r} now" for key in changed
            )
            raise CheckpointMismatchError(
                f"{self.uri} holds checkpoints of another training ({shown}); "
                "give another --checkpoint-uri, or delete that folder"
            )


def agreed(asked: bool) -> bool:
    """What the first of several hosts asks for, on each of them; alone, what is asked."""
    import jax
    import numpy as np
    from jax.experimental import multihost_utils

    if jax.process_count() == 1:
        return asked
    return bool(multihost_utils.broadcast_one_to_all(np.asarray(asked)))


def digest(state: Any) -> str:
    """SHA-256 over all arrays of a state: equal digests are equal parameters, bit for bit."""
    import jax
    import numpy as np

    total = hashlib.sha256()
    for path, leaf in jax.tree_util.tree_leaves_with_path(state):
        array = np.asarray(leaf)
        total.update(f"{jax.tree_util.keystr(path)} {array.dtype} {array.shape}".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def _absolute(uri: str) -> str:
    from pathlib import Path

    return uri if uri.startswith("gs://") else str(Path(uri).absolute())
