"""What Google Cloud accepts as the value of a label."""

from hashlib import sha256

MAX_LENGTH = 63
_DIGITS = 6


def label_value(text: str) -> str:
    """The text as a label's value: lower case, at most 63 of letters, digits, `-` and `_`.

    Source: https://cloud.google.com/resource-manager/docs/labels-overview
    """
    legal = (sign if sign.isalnum() or sign in "-_" else "-" for sign in text.lower())
    return "".join(legal)[:MAX_LENGTH]


def distinct_value(text: str) -> str:
    """A label's value for this text and for no other: `a.b` is not `a-b`.

    A text that is no value itself ends in six hex digits of its digest.
    """
    value = label_value(text)
    if value == text:
        return text
    digest = sha256(text.encode()).hexdigest()[:_DIGITS]
    return f"{value[: MAX_LENGTH - _DIGITS - 1]}-{digest}"
