"""The nodes that serve the newest values of features, and what of each group they serve.

On Bigtable: the other engine, optimized serving, is shut down on 2027-02-17 and takes no key of
one's own. Does not make groups: that is `infra.data.features`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import FEATURE_READER_PERMISSIONS
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.features import OnlineStoreSettings


@dataclass(frozen=True, kw_only=True)
class ServedGroup:
    """One group that the store serves."""

    view: str
    group: Input[str]
    features: Sequence[Input[str]]
    sync_cron: str


@dataclass(frozen=True, kw_only=True)
class OnlineStoreArgs:
    settings: OnlineStoreSettings
    protected: bool
    region: str
    names: Names
    labels: Labels
    groups: Sequence[ServedGroup]
    source_grants: Sequence[pulumi.Resource]
    server_member: Input[str]
    """Asks for values while it serves."""
    aiplatform_api: pulumi.Resource
    iam_api: pulumi.Resource
    key: Key | None


class OnlineStore(pulumi.ComponentResource):
    """One store, its views, and who may ask it."""

    store_name: Output[str]
    views: dict[str, Output[str]]
    """Name of each view, by that of its group in the settings."""

    def __init__(
        self, name: str, args: OnlineStoreArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:online_store:OnlineStore", name, inputs, opts)
        store = self._store(name, args)
        gcp.vertex.AiFeatureOnlineStoreIamMember(
            f"{name}-server",
            feature_online_store=store.name,
            region=args.region,
            role=self._reader_role(name, args),
            member=args.server_member,
            opts=ResourceOptions(parent=self),
        )
        self.store_name = store.name
        self.views = {each.view: self._view(name, each, store, args).name for each in args.groups}
        self.register_outputs({"store_name": self.store_name, "views": self.views})

    def _reader_role(self, name: str, args: OnlineStoreArgs) -> Output[str]:
        return gcp.projects.IAMCustomRole(
            f"{name}-reader-role",
            role_id=args.names.role_id("feature_reader"),
            title=args.names.title("Reads features while it serves"),
            permissions=list(FEATURE_READER_PERMISSIONS),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        ).id

    def _store(self, name: str, args: OnlineStoreArgs) -> gcp.vertex.AiFeatureOnlineStore:
        return gcp.vertex.AiFeatureOnlineStore(
            f"{name}-nodes",
            name=args.names.snake("online"),
            region=args.region,
            bigtable={
                "auto_scaling": {
                    "min_node_count": args.settings.min_nodes,
                    "max_node_count": args.settings.max_nodes,
                    "cpu_utilization_target": args.settings.cpu_percent,
                }
            },
            encryption_spec={"kms_key_name": args.key.id} if args.key else None,
            force_destroy=not args.protected,
            labels=args.labels.of("features"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.aiplatform_api, *granted(args.key)],
                protect=args.protected,
                # Another key is another store, under the same name.
                delete_before_replace=True,
            ),
        )

    def _view(
        self,
        name: str,
        served: ServedGroup,
        store: gcp.vertex.AiFeatureOnlineStore,
        args: OnlineStoreArgs,
    ) -> gcp.vertex.AiFeatureOnlineStoreFeatureview:
        return gcp.vertex.AiFeatureOnlineStoreFeatureview(
            f"{name}-{served.view.replace('_', '-')}",
            name=served.view,
            region=args.region,
            feature_online_store=store.name,
            feature_registry_source={
                "feature_groups": [
                    {"feature_group_id": served.group, "feature_ids": served.features}
                ]
            },
            sync_config={"cron": served.sync_cron},
            labels=args.labels.of("features"),
            opts=ResourceOptions(parent=self, depends_on=[*args.source_grants]),
        )
