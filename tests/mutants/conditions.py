"""The one-line conditions of a file, and the file with one of them negated."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Condition:
    file: str
    """Relative to the working tree."""
    line: int
    start: int
    end: int
    """Columns, in bytes of UTF-8, as `ast` counts them."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.text}"


def conditions_of(file: Path, root: Path) -> list[Condition]:
    """What decides in a file: tests of if, while, conditional expressions, comprehensions."""
    source = file.read_text()
    name = file.relative_to(root).as_posix()
    return [
        Condition(
            file=name,
            line=test.lineno,
            start=test.col_offset,
            end=test.end_col_offset or 0,
            text=ast.get_source_segment(source, test) or "",
        )
        for test in _tests(ast.parse(source))
        if test.lineno == test.end_lineno
    ]


def _tests(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.While | ast.IfExp):
            if "TYPE_CHECKING" not in ast.unparse(node.test) and "__main__" not in ast.unparse(
                node.test
            ):
                yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs


def negated(source: str, condition: Condition) -> str:
    """The source with the condition in a `not (...)`."""
    lines = source.splitlines(keepends=True)
    line = lines[condition.line - 1].encode()
    before, test, after = (
        line[: condition.start],
        line[condition.start : condition.end],
        line[condition.end :],
    )
    lines[condition.line - 1] = (before + b"(not (" + test + b"))" + after).decode()
    return "".join(lines)
