"""Fixtures of the end-to-end tests."""

from project_copy import project

__all__ = ["project"]
