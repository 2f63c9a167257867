"""An ML platform on Google Cloud: from the settings of one stack to its resources and their runs.

What is built, and in which order, is `infra.platform`.
"""

import pulumi

from infra import platform, settings


def main() -> None:
    try:
        stack = settings.load()
        built = platform.build(stack, pulumi.get_stack())
    except settings.SettingsError as error:
        raise pulumi.RunError(str(error)) from None

    pulumi.export("project_id", built.project_id)
    pulumi.export("region", built.region)
    pulumi.export("artifacts_bucket", built.artifacts_bucket)
    pulumi.export("lake_bucket", built.lake_bucket)
    pulumi.export("registry", built.registry)
    pulumi.export("registries", built.registries)
    pulumi.export("dataset", built.dataset)
    pulumi.export("endpoints", built.endpoints)
    pulumi.export("standby_endpoints", built.standby_endpoints)
    pulumi.export("services", built.services)
    pulumi.export("submissions", built.submissions)
    pulumi.export("dashboards", built.dashboards)
    pulumi.export("workstation_cluster", built.workstation_cluster)
    pulumi.export("workstation_configs", built.workstation_configs)
    pulumi.export("tpus", built.tpus)
    pulumi.export("image_builds", built.image_builds)
    pulumi.export("without_image", built.without_image)
    if built.without_image:
        pulumi.log.info(
            f"no image yet for {', '.join(built.without_image)}: nothing is submitted for them; "
            f"next: mlp image build --stack {pulumi.get_stack()} --cloud"
        )


main()
