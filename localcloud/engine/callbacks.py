"""Calls from the engine into the program: hooks and transforms.

Owns the channel to the program's callback server and the messages of hooks. Transforms have their
own module.
"""

import threading

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from localcloud.engine import wire
from localcloud.engine.hooks import Hook, HookCall, RetryCall
from localcloud.engine.values import Properties

CHANNEL_OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]


class CallbackError(Exception):
    """The program's callback failed; the text is what the program says."""


class Callbacks:
    """Clients of the program's callback servers, one per address."""

    def __init__(self) -> None:
        self._channels: dict[str, grpc.Channel] = {}
        self._lock = threading.Lock()

    def invoke(self, callback: callback_pb2.Callback, request: bytes) -> bytes:
        """The callback's answer. Raises `CallbackError`."""
        with self._lock:
            channel = self._channels.get(callback.target)
            if channel is None:
                channel = grpc.insecure_channel(callback.target, options=CHANNEL_OPTIONS)
                self._channels[callback.target] = channel
        message = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request)
        try:
            return callback_pb2_grpc.CallbacksStub(channel).Invoke(message).response
        except grpc.RpcError as error:
            details = error.details() if isinstance(error, grpc.Call) else str(error)
            raise CallbackError(details) from error

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def hook(self, request: resource_pb2.RegisterResourceHookRequest) -> Hook:
        """The hook that a registration describes."""

        def call(told: HookCall) -> str:
            message = resource_pb2.ResourceHookRequest(
                urn=told.urn,
                id=told.id,
                name=told.name,
                type=told.type,
                new_inputs=_struct(told.new_inputs),
                old_inputs=_struct(told.old_inputs),
                new_outputs=_struct(told.new_outputs),
                old_outputs=_struct(told.old_outputs),
            )
            try:
                answer = self.invoke(request.callback, message.SerializeToString())
            except CallbackError as error:
                return str(error)
            return resource_pb2.ResourceHookResponse.FromString(answer).error

        return Hook(request.name, call, request.on_dry_run, request.ignore_errors)

    def retry(self, request: resource_pb2.RegisterErrorHookRequest, told: RetryCall) -> bool:
        """Whether an error hook asks for another attempt; one that fails asks for none."""
        call = told.call
        message = resource_pb2.ErrorHookRequest(
            urn=call.urn,
            id=call.id,
            name=call.name,
            type=call.type,
            new_inputs=_struct(call.new_inputs),
            old_inputs=_struct(call.old_inputs),
            old_outputs=_struct(call.old_outputs),
            failed_operation=told.operation,
            errors=told.errors,
        )
        try:
            answer = self.invoke(request.callback, message.SerializeToString())
        except CallbackError:
            return False
        response = resource_pb2.ErrorHookResponse.FromString(answer)
        return response.retry and not response.error


def _struct(properties: Properties | None) -> struct_pb2.Struct | None:
    return None if properties is None else wire.to_struct(properties)
