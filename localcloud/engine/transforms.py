"""Transforms: functions of the program that change a registration before the engine sees it.

A resource's own transforms run first, then those of its parents outwards, then those of the stack.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from pulumi.runtime.proto import callback_pb2, resource_pb2

from localcloud.engine.callbacks import Callbacks

Request = resource_pb2.RegisterResourceRequest
Options = resource_pb2.TransformResourceOptions

# Field of a registration, and of the options that transforms see.
_LISTS = {
    "dependencies": "depends_on",
    "ignoreChanges": "ignore_changes",
    "replaceOnChanges": "replace_on_changes",
    "additionalSecretOutputs": "additional_secret_outputs",
    "aliases": "aliases",
}
_TEXTS = {
    "version": "version",
    "provider": "provider",
    "pluginDownloadURL": "plugin_download_url",
    "deletedWith": "deleted_with",
    "importId": "import",
}
_FLAGS = {"protect": "protect", "retainOnDelete": "retain_on_delete"}
_MESSAGES = {"customTimeouts": "custom_timeouts", "hooks": "hooks"}


class Transforms:
    """The transforms of one run."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._lock = threading.Lock()
        self._stack: list[callback_pb2.Callback] = []
        self._of: dict[str, list[callback_pb2.Callback]] = {}
        self._parents: dict[str, str] = {}

    def add_to_stack(self, callback: callback_pb2.Callback) -> None:
        with self._lock:
            self._stack.append(callback)

    def note(self, urn: str, parent: str, own: Sequence[callback_pb2.Callback]) -> None:
        """Remembers a resource, so that its transforms reach its children."""
        with self._lock:
            self._parents[urn] = parent
            if own:
                self._of[urn] = list(own)

    def apply(self, request: Request) -> Request:
        """The registration after all transforms. Raises `CallbackError`."""
        with self._lock:
            found = list(self._reaching(request))
        if not found:
            return request
        changed = Request()
        changed.CopyFrom(request)
        for callback in found:
            message = resource_pb2.TransformRequest(
                type=changed.type,
                name=changed.name,
                custom=changed.custom,
                parent=changed.parent,
                properties=changed.object,
                options=_options(changed),
            )
            answer = self._callbacks.invoke(callback, message.SerializeToString())
            response = resource_pb2.TransformResponse.FromString(answer)
            changed.object.CopyFrom(response.properties)
            if response.HasField("options"):
                _take_over(changed, response.options)
        for key in changed.object.fields:
            changed.propertyDependencies[key].SetInParent()
        return changed

    def _reaching(self, request: Request) -> Iterator[callback_pb2.Callback]:
        yield from request.transforms
        parent = request.parent
        while parent:
            yield from self._of.get(parent, [])
            parent = self._parents.get(parent, "")
        yield from self._stack


def _options(request: Request) -> Options:
    options = Options()
    for field, name in _LISTS.items():
        getattr(options, name).extend(getattr(request, field))
    for field, name in _TEXTS.items():
        setattr(options, name, getattr(request, field))
    for field, name in (_FLAGS | _MESSAGES).items():
        if request.HasField(field):  # pyright: ignore[reportArgumentType]
            _assign(options, name, getattr(request, field))
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    options.providers.update(request.providers)
    return options


def _take_over(request: Request, options: Options) -> None:
    for field, name in _LISTS.items():
        request.ClearField(field)  # pyright: ignore[reportArgumentType]
        getattr(request, field).extend(getattr(options, name))
    for field, name in _TEXTS.items():
        setattr(request, field, getattr(options, name))
    for field, name in (_FLAGS | _MESSAGES).items():
        request.ClearField(field)  # pyright: ignore[reportArgumentType]
        if options.HasField(name):  # pyright: ignore[reportArgumentType]
            _assign(request, field, getattr(options, name))
    request.deleteBeforeReplaceDefined = options.HasField("delete_before_replace")
    request.deleteBeforeReplace = options.delete_before_replace
    request.ClearField("providers")
    request.providers.update(options.providers)


def _assign(message: Any, field: str, value: Any) -> None:
    if isinstance(value, bool):
        setattr(message, field, value)
    else:
        getattr(message, field).CopyFrom(value)
