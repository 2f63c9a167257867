"""Rules between a model on Cloud Run and the rest of the stack; paths are relative to its entry."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from catalog.cloud_run import SMALLEST_SUBNET_PREFIX
from catalog.tiers import TIERS
from infra.settings.models import ModelSettings
from infra.settings.problems import Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


@rule
def cloud_run_checks(
    settings: "StackSettings", name: str, model: ModelSettings
) -> Iterator[Problem]:
    """What Vertex AI does for a model and Cloud Run does not, and whose version it is."""
    service = model.serving.cloud_run
    if service is None:
        return
    if model.image is not None:
        yield Problem(
            ("image",),
            " is set, but serving.platform is cloud-run, and a rollout only knows endpoints of "
            "Vertex AI: write null and name the version in serving.cloud_run.version, or write "
            "platform: vertex",
        )
    if model.availability_percent is not None:
        yield Problem(
            ("availability_percent",),
            f" is {model.availability_percent:g}, but serving.platform is cloud-run, whose promise "
            "nobody has written into catalog/slas.py: write null, or platform: vertex",
        )
    for key, bound in model.alerts:
        if bound is not None:
            yield Problem(
                ("alerts", key),
                f" is {bound:g}, but serving.platform is cloud-run, and this alert reads an "
                "endpoint of Vertex AI: write null, or platform: vertex",
            )
    if settings.standby_region(model) is not None:
        tier = settings.tier_of(model).name
        others = [each.name for each in TIERS.values() if not each.standby_endpoint]
        yield Problem(
            ("tier",),
            f" is {model.tier or 'null'}, which makes it {tier}, but a service of Cloud Run is "
            f"made in one region only: write {' or '.join(others)}, or serving.platform: vertex",
        )
    yield from _small_subnet(settings)
    if service.version is not None and service.version.run.rsplit("-", 2)[0] != name:
        yield Problem(
            ("serving", "cloud_run", "version", "run"),
            f" is {service.version.run!r}, a run of another model: write one of {name}, as "
            f"`mlp jobs list` shows them",
        )


@rule
def _small_subnet(settings: "StackSettings") -> Iterator[Problem]:
    for index, subnet in enumerate(settings.network.subnets):
        small = IPv4Network(subnet.cidr).prefixlen > SMALLEST_SUBNET_PREFIX
        if subnet.region == settings.project.region and small:
            yield Problem(
                ("serving", "platform"),
                f" is cloud-run, but the subnet of its instances is {subnet.cidr} "
                f"(mlplatform:network.subnets.{index}.cidr), and Cloud Run wants at least a "
                f"/{SMALLEST_SUBNET_PREFIX}: write a larger one there, or platform: vertex",
            )
