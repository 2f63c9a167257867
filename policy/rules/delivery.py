"""What runs our code: images by digest, builds with an identity, services behind the door."""

import re
from typing import Any

from policy.registry import Findings, demand, rule
from policy.tokens import (
    BUILD_TRIGGER,
    FUNCTION,
    INSTANCE,
    RUN_JOB,
    RUN_SERVICE,
    TEMPLATES,
    WORKSTATION_CONFIG,
)
from policy.values import get
from policy.verdicts import Context, Resource

SERVICE = "gcp:projects/service:Service"
_IMAGES = {
    RUN_SERVICE: "template.containers[*].image",
    RUN_JOB: "template.template.containers[*].image",
    WORKSTATION_CONFIG: "container.image",
}
_STEPS = "build.steps[*].name"
_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
_SHUT = re.compile(r"([a-z]+\.)?gcr\.io/(?!cloud-builders/|google\.com/|distroless/)")
_BOOT_DISKS = {
    INSTANCE: "bootDisk.initializeParams.image",
    **dict.fromkeys(TEMPLATES, "disks[*].sourceImage"),
}
_LOGGING = {"CLOUD_LOGGING_ONLY", "GCS_ONLY", "NONE"}


def _pinned(image: Any) -> bool:
    return isinstance(image, str) and bool(_DIGEST.fullmatch(image))


@rule("image-by-digest", list(_IMAGES), late=_IMAGES.values())
def _digest(resource: Resource, _: Context) -> Findings:
    """A container's image is named by its digest: a tag may mean another image tomorrow."""
    yield from demand(
        resource, _IMAGES[resource.type], _pinned, "write the image with `@sha256:` and its digest."
    )


@rule("no-container-registry", [*_IMAGES, BUILD_TRIGGER], late=_IMAGES.values())
def _registry(resource: Resource, _: Context) -> Findings:
    """No image comes from Container Registry, which is shut."""
    yield from demand(
        resource,
        _IMAGES.get(resource.type, _STEPS),
        lambda image: not _SHUT.match(image or ""),
        "name the image in Artifact Registry (`LOCATION-docker.pkg.dev`).",
    )


@rule("boot-image-by-name", list(_BOOT_DISKS), level="advisory")
def _boot_image(resource: Resource, _: Context) -> Findings:
    """A machine starts from one image: a family is looked up once, and differently each time."""
    yield from demand(
        resource,
        _BOOT_DISKS[resource.type],
        lambda image: bool(image) and "/family/" not in image and image.count("/") > 1,
        "write `projects/PROJECT/global/images/NAME`.",
    )


@rule("build-logs-and-substitutes-legally", [BUILD_TRIGGER])
def _build(resource: Resource, _: Context) -> Findings:
    """A build with an account of its own says where its log goes; own variables begin with _."""
    if get(resource.inputs, "build") is not None and not get(resource.inputs, "build.logsBucket"):
        yield from demand(
            resource,
            "build.options.logging",
            lambda value: value in _LOGGING,
            "write CLOUD_LOGGING_ONLY.",
        )
    yield from demand(
        resource,
        "substitutions",
        lambda value: all(name.startswith("_") for name in value or {}),
        "begin every name with an underscore.",
    )


@rule("service-not-open-to-the-internet", [RUN_SERVICE, FUNCTION])
def _ingress(resource: Resource, _: Context) -> Findings:
    """A service takes requests from inside; the default is everywhere."""
    path = "ingress" if resource.type == RUN_SERVICE else "serviceConfig.ingressSettings"
    yield from demand(
        resource,
        path,
        lambda value: "INTERNAL" in (value or ""),
        "write INGRESS_TRAFFIC_INTERNAL_ONLY (a function: ALLOW_INTERNAL_ONLY).",
    )


@rule("api-stays-enabled", [SERVICE])
def _stays(resource: Resource, _: Context) -> Findings:
    """A destroyed stack leaves the project's APIs on: others may use them."""
    yield from demand(
        resource,
        "disableOnDestroy",
        lambda value: value is False,
        "write `disable_on_destroy=False`.",
    )


@rule("machine-is-hardened", [INSTANCE, *TEMPLATES], level="advisory")
def _hardened(resource: Resource, _: Context) -> Findings:
    """A machine is a shielded one, and people sign in with their own identity."""
    yield from demand(
        resource,
        "shieldedInstanceConfig.enableVtpm",
        lambda value: value is True,
        'write `shielded_instance_config={"enable_vtpm": True, ...}`.',
    )
    yield from demand(
        resource,
        "metadata",
        lambda value: str((value or {}).get("enable-oslogin", "")).upper() == "TRUE",
        'write `metadata={"enable-oslogin": "TRUE"}`.',
    )
