"""The valid word nearest to a misspelt one."""

from collections.abc import Iterable

_FAR = 0.6
"""A word that shares less than this with the misspelt one is no help to anybody."""
_SHOWN = 24
"""So many valid words are read; of more, the nearest."""


def distance(left: str, right: str) -> int:
    """Fewest insertions, deletions, replacements and swaps of neighbours from one to the other."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid word with the fewest edits, or None if even that is far off."""
    ranked = _ranked(word, valid)
    if not ranked:
        return None
    edits, best = ranked[0]
    return best if edits <= max(1, _FAR * max(len(word), len(best))) else None


def choose(word: str, valid: Iterable[str], meant: str | None = None) -> str:
    """The end of a refusal: `did you mean x? Valid: …`; of many words only the nearest.

    `meant` is the one that is known to be meant, however far off it is spelt.
    """
    known = sorted(valid)
    near = meant or nearest(word, known)
    hint = f"did you mean {near!r}? " if near else ""
    shown = sorted(each for _, each in _ranked(word, known)[:_SHOWN])
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"{hint}Valid: {', '.join(shown) or 'none'}{more}"


def _ranked(word: str, valid: Iterable[str]) -> list[tuple[int, str]]:
    """Edits and word, the nearest first."""
    folded = word.lower().replace("-", "_")
    return sorted((distance(folded, each.lower().replace("-", "_")), each) for each in valid)
