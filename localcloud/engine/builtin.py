"""The provider `pulumi` of the engine itself: `Stash` and `StackReference`.

Unlike plugins it sees secrets as they are. Owns no state; other stacks are read through a callable.
"""

import uuid
from collections.abc import Callable

from localcloud.engine.state import ResourceState
from localcloud.engine.values import Properties, contains_secret, equal
from localcloud.provider.protocol import Checked, Difference, ProviderError

STASH = "pulumi:index:Stash"
STACK_REFERENCE = "pulumi:pulumi:StackReference"

ReadOutputs = Callable[[str], Properties | None]


class Builtin:
    """What the two types do."""

    def __init__(self, read_outputs: ReadOutputs) -> None:
        self._read_outputs = read_outputs

    def check(self, new: ResourceState) -> Checked:
        if new.type == STASH:
            return Checked(inputs={"input": new.inputs.get("input")})
        if new.type == STACK_REFERENCE:
            return Checked(inputs=new.inputs)
        return Checked(
            inputs=new.inputs, failures=[("", f"the type {new.type} is not known to the engine")]
        )

    def diff(self, old: ResourceState, news: Properties) -> Difference:
        same = equal(old.inputs.get("input"), news.get("input"))
        return Difference(changed=[] if same else ["input"])

    def create(self, new: ResourceState, *, preview: bool) -> tuple[str, Properties]:
        value = new.inputs.get("input")
        return "" if preview else str(uuid.uuid4()), {"input": value, "output": value}

    def update(self, old: ResourceState, new: ResourceState) -> Properties:
        """`output` keeps the value that the Stash was created with."""
        return {"input": new.inputs.get("input"), "output": old.outputs.get("output")}

    def read(
        self, type_: str, id_: str, inputs: Properties, outputs: Properties
    ) -> tuple[Properties, Properties]:
        if type_ != STACK_REFERENCE:
            return inputs, outputs
        found = self._read_outputs(id_)
        if found is None:
            raise ProviderError(f'unknown stack "{id_}"')
        names = sorted(name for name, value in found.items() if contains_secret(value))
        return {"name": id_}, {"name": id_, "outputs": found, "secretOutputNames": names}
