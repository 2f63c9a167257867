"""Lists of which each entry counts once."""

from typing import Any

from pydantic import AfterValidator

from infra.settings.problems import Problem, refuse, spelt


def _each_once(listed: list[Any]) -> list[Any]:
    refuse(
        [
            Problem((index,), f" is {spelt(each)} a second time: write it once")
            for index, each in enumerate(listed)
            if each in listed[:index]
        ]
    )
    return listed


ONCE = AfterValidator(_each_once)
