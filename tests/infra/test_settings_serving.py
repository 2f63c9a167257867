"""Settings of models and of what they are trained and served with."""

from typing import Any

import pytest
from settings_changes import changed, refusal, refusals

MODEL = "models.flight-delay"
POOL = {
    "name": "short",
    "shape": "cpu",
    "min_replicas": 1,
    "max_replicas": 1,
    "boot_disk_gb": 100,
    "ttl_hours": 24,
}

SHARED = {
    "machine_type": "n2-standard-8",
    "min_replicas": 1,
    "max_replicas": 2,
    "target_percent": 60,
}
PLACES = {"vertex.private_endpoints_only": f"{MODEL}.serving.access"}
"""Where a mistake is told that is made elsewhere."""


def sharing(config: dict[str, Any], **pool: Any) -> dict[str, Any]:
    """Dev with a serving pool, and its model in it."""
    config["mlplatform:serving_pools"] = {"small": {**SHARED, **pool}}
    serving = {"access": "dedicated", "log_sampling": 0, "pool": "small"}
    config["mlplatform:models"]["flight-delay"]["serving"] = serving
    return config


def pooled(config: dict[str, Any]) -> dict[str, Any]:
    """Dev with a warm pool, in which its model trains."""
    config["mlplatform:accelerators"]["warm_pools"] = [POOL]
    training = config["mlplatform:models"]["flight-delay"]["training"]
    training |= {"shape": "cpu", "capacity": "on-demand", "warm_pool": "short"}
    return config


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (f"{MODEL}.training.warm_pool", "shrt", ["no pool of", "did you mean 'short'"]),
        (f"{MODEL}.training.shape", "v6e-8", ["has machines of cpu", "warm_pool: null"]),
        (f"{MODEL}.training.capacity", "spot", ["there already", "write on-demand"]),
        (f"{MODEL}.training.replica_count", 2, ["more than 1 machines", "write at most 1"]),
        ("network.vertex_peering", True, ["private_services_range is null"]),
        (f"{MODEL}.serving.access", "privat", ["'public', 'dedicated' or 'private'"]),
        (f"{MODEL}.serving.log_sampling", 0.1, ["requests_days is null", "write 0"]),
        (f"{MODEL}.serving.log_sampling", 1.1, ["write 1.0 or less"]),
        (f"{MODEL}.serving.log_sampling", -0.1, ["write 0.0 or more"]),
        (f"{MODEL}.serving.machine_type", "n2-standrd-2", ["did you mean 'n2-standard-2'"]),
        (f"{MODEL}.serving.machine_type", "ct6e-standard-1t", ["no machine that Vertex"]),
        (
            f"{MODEL}.serving.machine_type",
            "g2-standard-4",
            ["trains on cpu"],
        ),
        (f"{MODEL}.serving.max_replicas", 0, ["write 1 or more"]),
        (f"{MODEL}.serving.max_replicas", 101, ["write 100 or less"]),
        (f"{MODEL}.serving.max_replicas", None, ["missing", "name a pool"]),
        (f"{MODEL}.serving.target_percent", 0, ["write 1 or more"]),
        (f"{MODEL}.serving.target_percent", 101, ["write 100 or less"]),
        (f"{MODEL}.serving.consumer_projects", ["acme-apps"], ["access is dedicated"]),
        ("vertex.private_endpoints_only", True, []),
        ("serving_pools", {"small": SHARED}, ["serves no model"]),
        ("serving_pools", {"Small": SHARED}, ["lower-case"]),
    ],
)
def test_a_mistake_about_warm_pools_and_ways_into_the_network_is_refused(
    config: dict[str, Any], path: str, value: Any, words: list[str]
) -> None:
    if path.startswith(MODEL):
        config = pooled(config)
    text = refusal(changed(config, path, value))
    assert text.startswith(f"mlplatform:{PLACES.get(path, path)}"), text
    assert all(word in text for word in words), text


def test_a_job_has_one_way_into_the_network(config: dict[str, Any]) -> None:
    config["mlplatform:network"] |= {
        "private_services_range": "10.21.0.0/16",
        "vertex_attachment": True,
        "vertex_peering": True,
    }
    assert "one way into the network" in refusal(config)


def test_a_pool_is_not_entered_through_a_peered_network(config: dict[str, Any]) -> None:
    config["mlplatform:network"] |= {
        "private_services_range": "10.21.0.0/16",
        "vertex_peering": True,
    }
    assert "comes into the network through an attachment" in refusal(pooled(config))


def test_a_name_of_a_model_leaves_room_for_999_attempts_of_its_runs(
    config: dict[str, Any],
) -> None:
    from infra.settings import parse
    from infra.settings.specs import job_specs
    from jobs.spec import run_id

    models = config["mlplatform:models"]
    image = "europe-west4-docker.pkg.dev/p/r/jobs@sha256:" + "a" * 64
    models["m" * 38] = models.pop("flight-delay") | {"image": image}
    (spec,) = job_specs(parse(config), "dev").values()
    assert len(run_id(spec, 999)) == 63, "the longest label"
    models["m" * 39] = models.pop("m" * 38)
    assert "38 + 1 + 20 + 1 + 3" in refusal(config)


def test_a_model_in_a_pool_has_no_machines_of_its_own(config: dict[str, Any]) -> None:
    from infra.settings import parse

    shared = sharing(config)
    assert parse(shared).models["flight-delay"].serving.machine_type is None
    for name, value in {"machine_type": "n2-standard-2", "min_replicas": 1, "spot": True}.items():
        text = refusal(changed(shared, f"{MODEL}.serving.{name}", value))
        assert text.startswith(f"mlplatform:{MODEL}.serving.{name} is")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("serving_pools.small.machine_type", "n2-standard-80", ["did you mean"]),
        ("serving_pools.small.machine_type", "g2-standard-8", ["with L4", "one image does both"]),
        ("serving_pools.small.min_replicas", 3, ["more than max_replicas"]),
        ("serving_pools.small.min_replicas", 0, ["write 1 or more"]),
        (f"{MODEL}.serving.pool", "smal", ["did you mean 'small'"]),
    ],
)
def test_a_pool_that_does_not_fit_is_refused(
    config: dict[str, Any], path: str, value: Any, words: list[str]
) -> None:
    from settings_changes import refusals

    problems = refusals(changed(sharing(config), path, value))
    assert all(any(word in text for text in problems) for word in words), problems


@pytest.mark.parametrize(
    "path", ["serving_pools.small-models.min_replicas", f"{MODEL}.serving.min_replicas"]
)
def test_prod_serves_on_two_machines_because_nothing_is_promised_for_one(
    prod_config: dict[str, Any], path: str
) -> None:
    prod_config["mlplatform:models"]["flight-delay"]["availability_percent"] = None
    text = refusal(changed(prod_config, path, 1))
    assert "promises 99.5 % of the time on 2 replicas" in text
    assert text.startswith(f"mlplatform:{path} is 1")


def test_prod_does_not_serve_on_machines_that_may_be_taken_away(prod_config: Any) -> None:
    assert "nothing is promised" in refusal(changed(prod_config, f"{MODEL}.serving.spot", True))


def test_a_private_model_waits_for_its_image(prod_config: Any) -> None:
    image = "europe-west4-docker.pkg.dev/p/r/jobs@sha256:" + "a" * 64
    text = refusal(changed(prod_config, "models.flight-delay-partner.image", image))
    assert "no way yet to ask a private endpoint" in text


def test_an_endpoint_that_no_perimeter_supports_is_refused_once_it_is_enforced(
    prod_config: Any,
) -> None:
    enforced = changed(prod_config, "guardrails.perimeter.enforced", True)
    found = [each for each in refusals(enforced) if "inside a perimeter" in each]
    models = prod_config["mlplatform:models"].items()
    dedicated = [name for name, each in models if each["serving"].get("access") == "dedicated"]
    assert len(found) == len(dedicated) > 0


def test_a_prod_whose_endpoints_are_all_private_refuses_every_other_door(prod_config: Any) -> None:
    closed = changed(prod_config, "vertex.private_endpoints_only", True)
    found = [each for each in refusals(closed) if "private_endpoints_only is true" in each]
    assert [each.partition(" ")[0].split(".")[1] for each in found] == [
        "flight-delay",
        "flight-delay-gpu",
        "flight-delay-planning",
    ], "a private endpoint and a service on Cloud Run are not reached from the internet"


def test_an_a100_beside_an_n1_cannot_even_be_written(prod_config: Any) -> None:
    """A pair of machine and accelerator that does not exist: a machine type brings its GPUs."""
    where = "models.flight-delay-gpu.serving"
    for key in ("accelerator_type", "accelerator_count"):
        text = refusal(changed(prod_config, f"{where}.{key}", "NVIDIA_TESLA_A100"))
        assert f"{where}.{key} is no key" in text
    text = refusal(changed(prod_config, f"{where}.machine_type", "n1-standard-8-a100"))
    assert "no machine that Vertex AI serves on" in text


def test_every_accelerator_that_serves_is_one_of_vertex() -> None:
    from google.cloud.aiplatform_v1.types import AcceleratorType

    from catalog.pairs import ACCELERATOR_TYPES
    from catalog.serving_machines import SERVING_MACHINES

    known = {each.name for each in AcceleratorType}
    chips = {machine.chip for machine in SERVING_MACHINES.values() if machine.chip}
    assert {ACCELERATOR_TYPES[chip] for chip in chips} <= known
    assert len(chips) > 4, "nothing was compared"
