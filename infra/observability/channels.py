"""How people are reached: a channel for warnings, and others for what cannot wait."""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from infra.labels import Labels
from infra.observability.reach import Channels
from infra.settings.alerts import AlertSettings


@dataclass(frozen=True, kw_only=True)
class AlertChannelsArgs:
    settings: AlertSettings
    labels: Labels
    monitoring_api: pulumi.Resource


class AlertChannels(pulumi.ComponentResource):
    """The stack's own channels, by e-mail. Pagers and webhooks are made by hand, and only named."""

    channels: Channels

    def __init__(
        self, name: str, args: AlertChannelsArgs, opts: ResourceOptions | None = None
    ) -> None:
        settings = args.settings
        inputs = {"email": settings.email, "critical": settings.model_dump()["critical"]}
        super().__init__("mlplatform:channels:AlertChannels", name, inputs, opts)
        warning: list[Input[str]] = [self._email(f"{name}-email", settings.email, args)]
        critical = warning
        if settings.critical:
            urgent = self._email(f"{name}-critical-email", settings.critical.email, args)
            critical = [urgent, *settings.critical.channels]
        self.channels = Channels(warning=warning, critical=critical)
        self.register_outputs({"warning": warning, "critical": critical})

    def _email(self, name: str, address: str, args: AlertChannelsArgs) -> Input[str]:
        channel = gcp.monitoring.NotificationChannel(
            name,
            type="email",
            display_name=f"ML platform: {address}",
            labels={"email_address": address},
            user_labels=args.labels.user("alerts"),
            # Without it the channel cannot be deleted before the last policy that names it.
            force_delete=True,
            opts=ResourceOptions(parent=self, depends_on=[args.monitoring_api]),
        )
        return channel.id
