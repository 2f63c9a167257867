"""Cases of the rules about what runs our code."""

from policy_case import MISSING, Case

from policy.tokens import (
    BUILD_TRIGGER,
    FUNCTION,
    INSTANCE,
    RUN_JOB,
    RUN_SERVICE,
)

DIGEST = f"europe-docker.pkg.dev/p/images/jobs@sha256:{'0' * 64}"


CASES = [
    Case(
        rule="image-by-digest",
        type=RUN_SERVICE,
        good={"template": {"containers": [{"image": DIGEST}]}},
        bad={"template.containers[0].image": ["eu-docker.pkg.dev/p/i/jobs:latest", MISSING]},
        unknown=("template.containers", "template.containers[0].image"),
    ),
    Case(
        rule="image-by-digest",
        type=RUN_JOB,
        good={"template": {"template": {"containers": [{"image": DIGEST}]}}},
        bad={"template.template.containers[0].image": ["jobs"]},
        unknown=("template",),
    ),
    Case(
        rule="no-container-registry",
        type=BUILD_TRIGGER,
        good={"build": {"steps": [{"name": "gcr.io/cloud-builders/docker"}]}},
        bad={"build.steps[0].name": ["gcr.io/p/builder", "eu.gcr.io/p/builder"]},
        unknown=("build",),
    ),
    Case(
        rule="boot-image-by-name",
        type=INSTANCE,
        good={"bootDisk": {"initializeParams": {"image": "projects/cos-cloud/global/images/c-1"}}},
        bad={
            "bootDisk.initializeParams.image": ["projects/c/global/images/family/c", MISSING, "c"]
        },
        unknown=("bootDisk",),
    ),
    Case(
        rule="build-logs-and-substitutes-legally",
        type=BUILD_TRIGGER,
        good={
            "build": {"options": {"logging": "CLOUD_LOGGING_ONLY"}},
            "substitutions": {"_REGION": "europe-west4"},
        },
        bad={"build.options": [MISSING], "substitutions": [{"REGION": "x"}]},
        unknown=("build", "substitutions"),
    ),
    Case(
        rule="build-logs-and-substitutes-legally",
        type=BUILD_TRIGGER,
        good={"build": {"logsBucket": "gs://logs"}},
    ),
    Case(
        rule="build-logs-and-substitutes-legally",
        type=BUILD_TRIGGER,
        good={"filename": "cloudbuild.yaml"},
    ),
    Case(
        rule="service-not-open-to-the-internet",
        type=RUN_SERVICE,
        good={"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY"},
        bad={"ingress": ["INGRESS_TRAFFIC_ALL", MISSING]},
        unknown=("ingress",),
    ),
    Case(
        rule="service-not-open-to-the-internet",
        type=FUNCTION,
        good={"serviceConfig": {"ingressSettings": "ALLOW_INTERNAL_ONLY"}},
        bad={"serviceConfig.ingressSettings": ["ALLOW_ALL", MISSING]},
        unknown=("serviceConfig",),
    ),
    Case(
        rule="api-stays-enabled",
        type="gcp:projects/service:Service",
        good={"disableOnDestroy": False},
        bad={"disableOnDestroy": [True, MISSING]},
        unknown=("disableOnDestroy",),
    ),
    Case(
        rule="machine-is-hardened",
        type=INSTANCE,
        good={
            "shieldedInstanceConfig": {"enableVtpm": True},
            "metadata": {"enable-oslogin": "TRUE"},
        },
        bad={
            "shieldedInstanceConfig": [MISSING],
            "metadata": [MISSING, {"enable-oslogin": "FALSE"}],
        },
        unknown=("shieldedInstanceConfig", "metadata"),
    ),
]
