"""The table of rules of docs/policy.md: `python -m policy.document` writes it into the page."""

from pathlib import Path

import policy.rules  # noqa: F401 - registers them
from policy.registry import RULES, Rule

PAGE = Path(__file__).parents[1] / "docs" / "policy.md"
BEGIN = "<!-- rules: written by `python -m policy.document` -->"
END = "<!-- end of rules -->"
_SHOWN_TYPES = 3


def table() -> str:
    """Every rule with its level, what it demands, and what it looks at, as Markdown."""
    rows = [f"| `{r.name}` | {r.level} | {r.description} | {_types(r)} |" for r in RULES.values()]
    return "\n".join(["| rule | level | what it demands | of |", "|---|---|---|---|", *rows])


def page(text: str) -> str:
    """The page with the table between its two marks replaced. Raises ValueError without marks."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _types(rule: Rule) -> str:
    names = [token.rpartition(":")[2].removeprefix("gcp") or "any type" for token in rule.types]
    unique = list(dict.fromkeys(f"`{name}`" for name in names))
    more = len(unique) - _SHOWN_TYPES
    return ", ".join(unique[:_SHOWN_TYPES]) + (f" and {more} more" if more > 0 else "")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
