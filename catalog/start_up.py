"""Versions that start-up scripts of machines install: the same as the locks of this repository.

What the scripts do is in `infra/accelerators/startup`.
"""

JAX = "0.10.2"
"""As in `requirements-jobs.txt`, so that a machine of one's own computes what a job computes."""
UV = "0.13.8"
"""As in `requirements-setup.txt`; brings a Python where the machine's own is too old."""
PYTHON = "3.12"
"""As in the image of the jobs."""
