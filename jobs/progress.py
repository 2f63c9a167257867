"""How long work tells how far it is."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and one short line for a person."""


def silent(fraction: float, message: str) -> None:
    """For callers whom nobody watches."""
