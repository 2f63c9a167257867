"""docs/mistakes.md: the mistakes that it shows, and what the program answers to each.

python tests/docs/shown_mistakes.py     writes the answers of today into the document
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.settings import SettingsError, load_file

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "mistakes.md"
SHOWN = re.compile(
    r"^## (?P<title>.+?)\n.*?```diff\n(?P<change>.*?)```\n\n```text\n(?P<answer>.*?)```",
    re.MULTILINE | re.DOTALL,
)
FILE = "Pulumi.prod.yaml"


@dataclass(frozen=True)
class Mistake:
    title: str
    change: str
    """Lines of the stack file: ` ` stays, `-` goes, `+` comes."""
    answer: str

    def __str__(self) -> str:
        return self.title

    def changed(self, text: str) -> str:
        """The stack file with the mistake in it, where these lines are first."""
        before = self._lines("-")
        assert before in text, f"{FILE} does not hold this any more:\n{before}"
        return text.replace(before, self._lines("+"), 1)

    def _lines(self, sign: str) -> str:
        lines = self.change.splitlines()
        return "\n".join(line[1:] for line in lines if line[:1] in (" ", sign)) + "\n"


def shown() -> list[Mistake]:
    return [Mistake(*found.groups()) for found in SHOWN.finditer(DOCUMENT.read_text())]


def answer(mistake: Mistake) -> str:
    """What the program says; line numbers as `N`, as the file grows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_text(mistake.changed((ROOT / FILE).read_text()))
        try:
            load_file(file)
        except SettingsError as error:
            return re.sub(r"^  - line \d+: ", "  - line N: ", str(error), flags=re.MULTILINE) + "\n"
    return "nothing: it is valid\n"


def write() -> None:
    text = DOCUMENT.read_text()
    for mistake in shown():
        old = f"{mistake.change}```\n\n```text\n{mistake.answer}"
        text = text.replace(old, f"{mistake.change}```\n\n```text\n{answer(mistake)}")
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    write()
