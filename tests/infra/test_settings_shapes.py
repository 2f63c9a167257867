"""Google has several names for one machine: each is answered by the one that is written here."""

import pytest
from settings_changes import changed, refusals

TRAINED_ON = [
    ("v5e-8", "v5litepod-8"),
    ("v5litepod", "v5litepod-8"),
    ("v6e-2x4", "v6e-8"),
    ("tpu-v6e-16", "v6e-16"),
    ("V6E-8", "v6e-8"),
    ("ct6e-standard-8t", "v6e-8"),
    ("ct5lp-hightpu-4t", "v5litepod-4"),
    ("h100", "a3-highgpu-8g"),
    ("NVIDIA_H100_80GB", "a3-highgpu-8g"),
    ("n1-standard-8", "cpu"),
]
OWNED = [
    ("v5e-4", "v5litepod-4"),
    ("H100-mega", "a3-megagpu-8g"),
    ("nvidia-h200-141gb", "a3-ultragpu-8g"),
    ("cpu", "n2-standard-8"),
]


def said(config, path: str, shape: str) -> str:
    found = refusals(changed(config, path, shape))
    return next(each for each in found if each.startswith(f"mlplatform:{path} is {shape!r}"))


@pytest.mark.parametrize(("written", "meant"), TRAINED_ON)
def test_another_name_of_a_training_machine_is_answered_by_ours(prod_config, written, meant):
    problem = said(prod_config, "models.flight-delay.training.shape", written)
    assert f"no known shape: did you mean {meant!r}? Valid: " in problem


@pytest.mark.parametrize(("written", "meant"), OWNED)
def test_another_name_of_a_machine_of_ones_own_is_answered_by_ours(prod_config, written, meant):
    problem = said(prod_config, "accelerators.machines.0.shape", written)
    assert f"no known shape: did you mean {meant!r}? Valid: " in problem


@pytest.mark.parametrize("written", ["v5p-8", "v4-32", "v2-8"])
def test_a_generation_that_is_not_here_is_not_called_a_slip_of_another(prod_config, written):
    for path in ("models.flight-delay.training.shape", "accelerators.machines.0.shape"):
        problem = said(prod_config, path, written)
        assert "is not in this platform's tables: write a v5litepod or a v6e shape" in problem
        assert "did you mean" not in problem
