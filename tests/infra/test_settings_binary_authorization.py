"""What contradicts about signed images is refused."""

import pytest
from settings_changes import changed, refusal, refusals

from infra.settings import parse

SECTION = "guardrails.binary_authorization"
ASKED = {"mode": "dry-run", "key_versions": [1], "exempt_images": []}


def exempt(config, *images):
    return changed(config, f"{SECTION}.exempt_images", list(images))


@pytest.mark.parametrize(
    ("mode", "consequence"),
    [("enforced", "no image could start"), ("dry-run", "would name every image that starts")],
)
def test_nothing_asks_for_signatures_where_nobody_signs(prod_config, mode, consequence):
    config = changed(prod_config, f"{SECTION}.mode", mode)
    said = refusal(changed(config, "delivery.builds", None))
    assert said.startswith(f"mlplatform:{SECTION}.mode is {mode!r}, but mlplatform:delivery.builds")
    assert consequence in said


def test_who_asks_for_nothing_needs_nobody_to_sign(config):
    assert parse(config).guardrails.binary_authorization is None
    assert "delivery.builds is null" in refusal(changed(config, SECTION, ASKED))


@pytest.mark.parametrize("mode", ["off", "DRYRUN_AUDIT_LOG_ONLY", True, None])
def test_a_mode_that_does_not_exist_is_refused(prod_config, mode):
    said = refusal(changed(prod_config, f"{SECTION}.mode", mode))
    assert "'dry-run' or 'enforced'" in said


@pytest.mark.parametrize("versions", [[], [0], [-1], [1, 2, 1], ["one"]])
def test_versions_are_numbers_that_are_there_once(prod_config, versions):
    (said,) = refusals(changed(prod_config, f"{SECTION}.key_versions", versions))
    assert said.startswith(f"mlplatform:{SECTION}.key_versions")


@pytest.mark.parametrize(
    "image",
    [
        "us-docker.pkg.dev/vendor/images/*",
        "us-docker.pkg.dev/vendor/images/**",
        "us-docker.pkg.dev/vendor/images/proxy:1.2",
        "gcr.io/cloud-run/proxy@sha256:" + "0" * 64,
    ],
)
def test_images_of_others_may_be_exempt(prod_config, image):
    asked = parse(exempt(prod_config, image)).guardrails.binary_authorization
    assert asked is not None
    assert asked.exempt_images == [image]


@pytest.mark.parametrize(
    "image",
    [
        "*",
        "**",
        "us-docker.pkg.dev/**",
        "us-docker.pkg.dev/vendor",
        "vendor/images/*",
        "a.b/c*",
        "",
    ],
)
def test_an_exemption_of_everything_is_none(prod_config, image):
    said = refusal(exempt(prod_config, image))
    assert said.startswith(f"mlplatform:{SECTION}.exempt_images.0 is {image!r}")
    assert "write HOST/PROJECT/REPOSITORY and then /*" in said


def test_an_exemption_is_written_once(prod_config):
    image = "us-docker.pkg.dev/vendor/images/*"
    assert "a second time" in refusal(exempt(prod_config, image, image))


def test_what_is_built_here_is_not_exempt(prod_config):
    image = "europe-west4-docker.pkg.dev/mlplatform-prod/images-prod/*"
    said = refusal(exempt(prod_config, image))
    assert said.startswith(f"mlplatform:{SECTION}.exempt_images.0 is {image!r}")
    assert "in this stack's own project" in said
