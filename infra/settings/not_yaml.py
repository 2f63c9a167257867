"""What is said of a stack file that no parser reads: the place, what it says, and what people
usually meant.
"""

import yaml

_HINTS = {
    "'\\t'": "indent with spaces, never with tabs",
    "mapping values are not allowed": "put a text with a colon in quotes, or indent the key as "
    "its neighbours are",
    "undefined alias": "put a text that begins with * in quotes",
    "scanning an alias": "put a text that begins with * in quotes",
    "for the tag": "put a text that begins with ! in quotes",
    "unhashable key": "write a text as the key, and put a text that begins with { in quotes",
    "could not find expected ':'": "put a space, and no other sign, after the colon of that line",
    "expected <block end>": "indent the key as its neighbours are, and put a space after each dash",
    "expected a single document": "take the line --- out, and what is below it",
}


def value_error(node: yaml.Node) -> yaml.MarkedYAMLError:
    """Of a value that looks like a number or a date, and is none."""
    text = str(node.value)
    shown = text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - no line is longer
    return yaml.MarkedYAMLError(
        problem=f"{shown} is no number and no date that there is: write another, or put a text in "
        "quotes",
        problem_mark=node.start_mark,
    )


def not_yaml(error: yaml.YAMLError, text: str) -> str:
    """One sentence, with the line."""
    if isinstance(error, yaml.reader.ReaderError):
        line = 1 + text.count("\n", 0, error.position)
        code = error.character if isinstance(error.character, int) else ord(error.character[:1])
        return f"line {line}: it is not YAML, which holds no sign U+{code:04X}: take it out"
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f"it is not YAML: {' '.join(str(error).split())}"
    problem = str(getattr(error, "problem", None) or "it ends too early")
    context, begun = getattr(error, "context", None), getattr(error, "context_mark", None)
    elsewhere = f" of line {begun.line + 1}" if begun and begun.line != mark.line else ""
    since = f", {context}{elsewhere}" if context else ""
    said = f"{since}: {problem}"
    hint = next((f": {text}" for sign, text in _HINTS.items() if sign in said), "")
    return f"line {mark.line + 1}: it is not YAML at column {mark.column + 1}{said}{hint}"
