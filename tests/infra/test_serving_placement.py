"""What the graph tells a run about its key, its network and its machines."""

from typing import Any

from jobs.spec import Submission

IMAGE = "europe-west4-docker.pkg.dev/acme-ml-prod/images/mlplatform-jobs@sha256:" + "a" * 64


def submissions(cloud: Any, config: dict[str, Any]) -> dict[str, Submission]:
    from infra import platform
    from infra.settings import parse

    config["mlplatform:models"]["flight-delay"]["image"] = IMAGE
    cloud.deploy(lambda: platform.build(parse(config), "prod") and None)
    texts = (each.inputs["input"] for each in cloud.all("pulumi:index:Stash"))
    found = [Submission.model_validate_json(text) for text in texts]
    return {each.spec.model: each for each in found}


def test_a_run_is_encrypted_and_attached_as_everything_else_of_its_stack(cloud, prod_config):
    placement = submissions(cloud, prod_config)["flight-delay"].placement
    assert placement.key == "keys-vertex-europe-west4-id"
    assert placement.network_attachment == "private-access-vertex-europe-west4-id"
    assert placement.network is None
    needs = cloud.named("flight-delay-run").depends_on
    for name in ("private-access-vertex-attaches", "private-access-vertex-europe-west4"):
        assert cloud.named(name).urn in needs, "a job comes through a door that is open"


def test_a_peered_run_names_the_network_by_the_projects_number_and_waits_for_the_peering(
    cloud, prod_config
):
    network = prod_config["mlplatform:network"]
    network |= {"vertex_attachment": False, "vertex_peering": True}
    prod_config["mlplatform:accelerators"]["warm_pools"] = []
    for model in prod_config["mlplatform:models"].values():
        model["training"]["warm_pool"] = None
    placement = submissions(cloud, prod_config)["flight-delay"].placement
    assert placement.network == "projects/1/global/networks/mlplatform-prod"
    assert placement.reserved_ranges == ["mlplatform-prod-services"], "a name, and no addresses"
    assert placement.network_attachment is None
    needs = cloud.named("flight-delay-run").depends_on
    assert cloud.named("private-access-services").urn in needs


def test_a_training_that_names_a_warm_pool_waits_for_it(cloud, prod_config):
    training = prod_config["mlplatform:models"]["flight-delay"]["training"]
    training |= {"shape": "cpu", "capacity": "on-demand", "warm_pool": "short-trainings"}
    placement = submissions(cloud, prod_config)["flight-delay"].placement
    assert placement.warm_pool == "short-trainings-prod"
    needs = cloud.named("flight-delay-run").depends_on
    assert cloud.named("warm-pools-short-trainings").urn in needs


def test_a_run_is_told_where_pipelines_are_kept_and_waits_for_whoever_reads_there(
    cloud, prod_config
):
    placement = submissions(cloud, prod_config)["flight-delay"].placement
    project = prod_config["mlplatform:project"]["id"]
    assert placement.templates == f"https://europe-west4-kfp.pkg.dev/{project}/pipelines-prod"
    assert cloud.named("templates-runner-reads").urn in cloud.named("flight-delay-run").depends_on


def test_a_run_of_a_stack_that_keeps_no_pipelines_is_told_of_none(cloud, prod_config):
    prod_config["mlplatform:registry"]["pipeline_templates"] = False
    assert submissions(cloud, prod_config)["flight-delay"].placement.templates is None
