"""The two gRPC services that a Pulumi program talks to: ResourceMonitor and Engine.

Owns the translation between messages and the deployment. Decides nothing about resources.
"""

# ruff: noqa: ARG002, N802 - names and parameters are the protocol's

from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    callback_pb2,
    engine_pb2,
    engine_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from localcloud.engine import requests, wire
from localcloud.engine import urn as urns
from localcloud.engine.callbacks import CallbackError, Callbacks
from localcloud.engine.defaults import DefaultProviders
from localcloud.engine.deployment import Deployment, FailedError
from localcloud.engine.goal import Goal
from localcloud.engine.hooks import HookError
from localcloud.engine.project import Configuration
from localcloud.engine.reporter import Reporter
from localcloud.engine.steps import RefusedError
from localcloud.engine.transforms import Transforms
from localcloud.engine.values import Properties, Unknown, contains_unknown
from localcloud.provider.protocol import ProviderError

_SEVERITIES = {
    engine_pb2.DEBUG: "debug",
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}
_FEATURES = [
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
]


def _abort(context: grpc.ServicerContext, text: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, text)
    raise AssertionError


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """ResourceMonitor over one deployment."""

    def __init__(self, deployment: Deployment, config: Configuration) -> None:
        self._deployment = deployment
        self._config = config
        self._callbacks = Callbacks()
        self._transforms = Transforms(self._callbacks)
        self._defaults = DefaultProviders(deployment, config)

    def close(self) -> None:
        self._callbacks.close()

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:
        namer = self._deployment.namer
        return resource_pb2.DeploymentInfo(
            project=namer.project,
            stack=namer.stack,
            organization="organization",
            config=self._config.texts,
            configSecretKeys=self._config.secret_keys,
            dryRun=self._deployment.preview,
            supportedFeatures=_FEATURES,
        )

    def SupportsFeature(self, request: Any, context: Any) -> Any:
        legacy = {
            "secrets",
            "aliasSpecs",
            "deletedWith",
            "transforms",
            "resourceHooks",
            "errorHooks",
        }
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in legacy)

    def RegisterResource(self, request: Any, context: Any) -> Any:
        namer = self._deployment.namer
        urn = namer.urn(request.parent, request.type, request.name)
        self._transforms.note(urn, request.parent, request.transforms)
        try:
            request = self._transforms.apply(request)
            self._inherit(request)
            state = self._deployment.register(self._goal(request))
        except FailedError as failure:
            return _failure(failure.urn)
        except RefusedError as error:
            self._deployment.fail(urn, *error.messages)
            return _failure(urn)
        except (CallbackError, ValueError) as error:
            self._deployment.fail(urn, str(error))
            return _failure(urn)
        return resource_pb2.RegisterResourceResponse(
            urn=state.urn, id=state.id, object=wire.to_struct(state.outputs)
        )

    def _inherit(self, request: resource_pb2.RegisterResourceRequest) -> None:
        """What a resource does not say for itself its parent says."""
        parent = self._deployment.state_of(request.parent)
        if parent is None:
            return
        if not request.HasField("protect"):
            request.protect = parent.options.protect
        if not request.HasField("retainOnDelete"):
            request.retainOnDelete = parent.options.retain_on_delete

    def _goal(self, request: resource_pb2.RegisterResourceRequest) -> Goal:
        if not request.custom:
            return requests.goal(request, "")
        if not urns.is_provider(request.type):
            return requests.goal(request, self._provider(request, request.name))
        package = urns.package_of(request.type)
        self._defaults.require_known(package, f"the provider '{request.name}'")
        goal = requests.goal(request, "")
        goal.inputs.setdefault("__internal", {})
        if request.version:
            goal.inputs["version"] = request.version
        return goal

    def _provider(self, request: Any, name: str) -> str:
        package = urns.package_of(request.type)
        if request.provider:
            return request.provider
        namer = self._deployment.namer
        label = namer.urn(request.parent, request.type, name)
        version = "" if package == "pulumi" else request.version
        return self._defaults.reference(package, version, label)

    def ReadResource(self, request: Any, context: Any) -> Any:
        urn = self._deployment.namer.urn(request.parent, request.type, request.name)
        try:
            goal = requests.read_goal(request, self._provider(request, request.name))
            unknown = isinstance(wire.text(request.id), Unknown)
            state = self._deployment.read(goal, request.id, unknown=unknown)
        except FailedError as failure:
            return resource_pb2.ReadResourceResponse(
                urn=failure.urn, result=resource_pb2.Result.FAIL
            )
        except RefusedError as error:
            self._deployment.fail(urn, *error.messages)
            return resource_pb2.ReadResourceResponse(urn=urn, result=resource_pb2.Result.FAIL)
        properties = wire.to_struct(state.outputs)
        return resource_pb2.ReadResourceResponse(urn=state.urn, id=state.id, properties=properties)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        self._deployment.register_outputs(request.urn, wire.from_struct(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        arguments = wire.from_struct(request.args)
        if contains_unknown(arguments):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        try:
            answer = self._answer(request, arguments)
        except FailedError:
            _abort(context, f"{request.tok} was not called because the deployment has failed")
        except (RefusedError, ProviderError) as error:
            _abort(context, f"invocation of {request.tok} returned an error: {error}")
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(wire.to_struct(answer))
        return response

    def _answer(self, request: Any, arguments: Properties) -> Properties:
        if request.tok == "pulumi:pulumi:getResource":
            state = self._deployment.state_of(str(arguments.get("urn", "")))
            if state is None:
                raise ProviderError(f"unknown resource {arguments.get('urn')}")
            return {"urn": state.urn, "id": state.id, "state": state.outputs}
        package = urns.package_of(request.tok)
        provider = request.provider or self._defaults.reference(
            package, request.version, request.tok
        )
        return self._deployment.registry.invoke(request.tok, arguments, provider)

    def RegisterStackTransform(self, request: callback_pb2.Callback, context: Any) -> Any:
        self._transforms.add_to_stack(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: Any) -> Any:
        try:
            self._deployment.hooks.register(self._callbacks.hook(request))
        except HookError as error:
            _abort(context, str(error))
        return empty_pb2.Empty()

    def RegisterErrorHook(self, request: Any, context: Any) -> Any:
        def call(told: Any) -> bool:
            return self._callbacks.retry(request, told)

        try:
            self._deployment.hooks.register_retry(request.name, call)
        except HookError as error:
            _abort(context, str(error))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        # The program waits here, so its delete hooks can still be called.
        self._deployment.finish()
        return empty_pb2.Empty()


class Engine(engine_pb2_grpc.EngineServicer):
    """The Engine service, which takes log messages."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def Log(self, request: Any, context: Any) -> Any:
        severity = _SEVERITIES.get(request.severity, "info")
        self._reporter.say(severity, request.urn, request.message)  # pyright: ignore[reportArgumentType]
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: Any, context: Any) -> Any:
        return engine_pb2.RequirePulumiVersionResponse()


def _failure(urn: str) -> resource_pb2.RegisterResourceResponse:
    # The URN must be there: the SDK names failed dependencies by it.
    return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.Result.FAIL)
