"""What Google Cloud accepts as the value of a label."""

MAX_LENGTH = 63


def label_value(text: str) -> str:
    """The text as a label's value: lower case, at most 63 of letters, digits, `-` and `_`.

    Source: https://cloud.google.com/resource-manager/docs/labels-overview
    """
    legal = (sign if sign.isalnum() or sign in "-_" else "-" for sign in text.lower())
    return "".join(legal)[:MAX_LENGTH]
