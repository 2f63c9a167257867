"""Fixtures of the jobs' tests."""

from job_fakes import objects, pipelines

__all__ = ["objects", "pipelines"]
