"""Workloads are found by name, and reading their arguments costs nothing."""

import subprocess
import sys

import pytest

from jobs import workloads


def test_a_workload_is_named_like_its_folder_with_hyphens():
    assert "flight-delay" in workloads.names()


def test_an_unknown_name_gets_the_nearest_and_the_valid_ones():
    with pytest.raises(LookupError, match=r"did you mean 'flight-delay'\? valid names are"):
        workloads.load("flight-delays")


def test_the_package_name_is_not_a_workload_name():
    with pytest.raises(LookupError, match="there is no workload 'flight_delay'"):
        workloads.arguments_model("flight_delay")


def test_plain_values_become_arguments_before_a_step_runs():
    with pytest.raises(ValueError, match="epochs"):
        workloads.load("flight-delay").prepare({"epochs": 0}, "unused", lambda *_: None)


def test_reading_arguments_imports_no_heavy_package():
    code = (
        "import sys; from jobs import workloads\n"
        "workloads.arguments_model('flight-delay')(); workloads.data_reference('flight-delay')\n"
        "print({'numpy', 'jax', 'ibis', 'pyarrow', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()", "a preview of settings must not load the model code"
