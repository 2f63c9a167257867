"""Puts together what acts on alerts: topics, functions, and the channels that lead to them.

    builds ──────────────────────────────┬─ function
    topic ─┬─ channel of the alerts      │
           └─ subscription ──────────────┘

Makes no resource itself. What is switched off is not made, and neither is its component.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input, Output, ResourceOptions

from catalog import services as apis
from catalog.incidents import CANCEL_DIVERGING
from catalog.roles import CANCEL_DIVERGING_PERMISSIONS
from infra.automation.alert_trigger import AlertTrigger, AlertTriggerArgs
from infra.automation.event_function import EventFunction, EventFunctionArgs
from infra.automation.event_topic import EventTopic, EventTopicArgs
from infra.automation.function_builds import FunctionBuilds, FunctionBuildsArgs
from infra.automation.function_source import source_of
from infra.settings import StackSettings
from infra.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Automation:
    """What other parts connect to."""

    cancel_diverging: Output[str] | None
    """Channel for the alert on diverging training; None if nobody would act on it."""

    @property
    def channels(self) -> dict[str, Output[str] | None]:
        """Channel to what acts on an alert, by the action that the alert asks for."""
        return {CANCEL_DIVERGING: self.cancel_diverging}


class Workshop:
    """Makes functions of one stack that share one bucket, one repository and one builder.

    For every root whose part has a function: `workshop.topic(...)`, `workshop.function(...)`.
    """

    def __init__(self, settings: StackSettings, shared: Shared, google: ResourceOptions) -> None:
        self._settings, self._shared, self._google = settings, shared, google
        self._made: FunctionBuilds | None = None

    @property
    def builders(self) -> list[Output[str]]:
        """Who built the functions so far, as a member."""
        return [self._made.builder_member] if self._made else []

    def topic(self, name: str) -> EventTopic:
        """A topic in the project's region."""
        shared, region = self._shared, self._settings.project.region
        args = EventTopicArgs(
            region=region,
            names=shared.names,
            labels=shared.labels,
            pubsub_agent=shared.foundation.agents.pubsub,
            pubsub_api=shared.api(apis.PUBSUB),
            key=shared.key("pubsub", region),
        )
        return EventTopic(name, args, self._google)

    def function(
        self,
        module: str,
        *,
        topic: EventTopic,
        purpose: str,
        permissions: tuple[str, ...],
        environment: Mapping[str, Input[str]] | None = None,
    ) -> EventFunction:
        """The function `automation.<module>`, called with each message of the topic."""
        shared, region, builds = self._shared, self._settings.project.region, self._builds()
        args = EventFunctionArgs(
            source=source_of(module),
            purpose=purpose,
            permissions=permissions,
            region=region,
            names=shared.names,
            labels=shared.labels,
            bucket_name=builds.bucket_name,
            repository=builds.repository,
            builder=builds.builder,
            topic_id=topic.topic_id,
            undelivered_topic_id=topic.undelivered_topic_id,
            dataset_id=shared.warehouse.dataset_id,
            actions_table=shared.warehouse.actions_table,
            environment=environment or {},
            pubsub_agent=shared.foundation.agents.pubsub,
            key=builds.key,
            key_grants=builds.key_grants,
            signing=shared.signing,
            functions_api=shared.api(apis.CLOUD_FUNCTIONS),
            build_api=shared.api(apis.CLOUD_BUILD),
            run_api=shared.api(apis.RUN),
            iam_api=shared.api(apis.IAM),
        )
        return EventFunction(module.replace("_", "-"), args, self._google)

    def _builds(self) -> FunctionBuilds:
        if self._made is None:
            shared, region = self._shared, self._settings.project.region
            args = FunctionBuildsArgs(
                region=region,
                protected=self._settings.protection.enabled,
                names=shared.names,
                labels=shared.labels,
                storage_api=shared.api(apis.STORAGE),
                registry_api=shared.api(apis.ARTIFACT_REGISTRY),
                iam_api=shared.api(apis.IAM),
                storage_key=shared.key("storage", region),
                registry_key=shared.key("registry", region),
                key_agents=self._key_agents(),
            )
            self._made = FunctionBuilds("functions", args, self._google)
        return self._made

    def _key_agents(self) -> dict[str, Output[str]]:
        if not self._settings.keys.customer_managed:
            return {}
        agents, api = self._shared.foundation.agents, self._shared.api
        return {
            "functions": agents.of(apis.CLOUD_FUNCTIONS, api(apis.CLOUD_FUNCTIONS)),
            "run": agents.of(apis.RUN, api(apis.RUN)),
            "storage": agents.storage(),
        }


def build(
    settings: StackSettings, shared: Shared, google: ResourceOptions, workshop: Workshop
) -> Automation:
    """Register what the settings switch on."""
    if not settings.automation.cancel_diverging:
        return Automation(cancel_diverging=None)
    topic = workshop.topic("diverging")
    workshop.function(
        "cancel_diverging",
        topic=topic,
        purpose="Cancels the training job that an alert on diverging losses names",
        permissions=CANCEL_DIVERGING_PERMISSIONS,
    )
    trigger = AlertTrigger(
        "diverging",
        AlertTriggerArgs(
            project_number=shared.foundation.agents.project_number,
            labels=shared.labels,
            topic_id=topic.topic_id,
            title=f"ML platform: {CANCEL_DIVERGING} ({shared.names.stack})",
            monitoring_api=shared.api(apis.MONITORING),
        ),
        google,
    )
    return Automation(cancel_diverging=trigger.channel)
