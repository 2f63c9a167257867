"""The resources that a report and the stored state tell of, with what they depend on."""

from typing import Any

from localcloud.engine.values import UNKNOWN_TEXT

PROGRAM = """\
team = Team("team")
first = bucket("first", opts=Opts(parent=team, protect=True))
labels = {"a": pulumi.Output.secret("b")}
bucket("second", name=first.id, labels=labels, opts=Opts(depends_on=[team]))
"""


def by_name(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["urn"].rpartition("::")[2]: entry for entry in entries}


def test_a_preview_tells_what_would_be_and_who_needs_whom(stack: Any) -> None:
    found = by_name(stack.preview(PROGRAM).resources)
    first, second = found["first"], found["second"]
    assert first["parent"] == found["team"]["urn"]
    assert (first["protect"], first["custom"], found["team"]["custom"]) == (True, True, False)
    assert second["dependencies"] == [first["urn"]]
    assert second["property_dependencies"]["name"] == [first["urn"]]
    assert stack.state() == {}, "nothing was stored"


def test_what_a_preview_cannot_know_and_secrets_are_marked(stack: Any) -> None:
    second = by_name(stack.preview(PROGRAM).resources)["second"]
    assert second["inputs"]["name"] == UNKNOWN_TEXT
    assert second["inputs"]["labels"] == "[secret]"


def test_after_an_up_the_report_and_the_state_say_the_same(stack: Any) -> None:
    assert by_name(stack.up(PROGRAM).resources) == stack.state()


def test_what_is_gone_is_not_told(stack: Any) -> None:
    stack.up('bucket("first")\nbucket("second")')
    assert "second" not in by_name(stack.up('bucket("first")').resources)
    assert stack.destroy().resources == []
