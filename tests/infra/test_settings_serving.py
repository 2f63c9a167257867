"""Settings of models and of what they are trained and served with."""

from typing import Any

import pytest
from settings_changes import changed, refusal

MODEL = "models.flight-delay"
POOL = {
    "name": "short",
    "shape": "cpu",
    "min_replicas": 1,
    "max_replicas": 1,
    "boot_disk_gb": 100,
    "ttl_hours": 24,
}


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
        ("network.vertex_peering", True, ["private_services_range is null"]),
    ],
)
def test_a_mistake_about_warm_pools_and_ways_into_the_network_is_refused(
    config: dict[str, Any], path: str, value: Any, words: list[str]
) -> None:
    if path.startswith(MODEL):
        config = pooled(config)
    text = refusal(changed(config, path, value))
    assert text.startswith(f"mlplatform:{path}"), text
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
