"""What a command says when it does not succeed: one sentence and an exit status.

Owns the exit statuses and the decision which exceptions are a user's affair. An exception that
nobody expected keeps its traceback: it is a defect, and the traceback is the report.
"""

import os
import traceback

FAILED = 1
USAGE = 2
GATE_REFUSED = 3
CHANGES_PROPOSED = 7
INTERRUPTED = 130

TRACEBACK = "MLPLATFORM_TRACEBACK"
_OWN_ROOMS = ("catalog", "infra", "jobs", "localcloud", "ops")
_CONNECTIONS = "requests.exceptions"
_OTHERS = ("google.api_core.exceptions", "google.auth.exceptions")


class CommandError(Exception):
    """The command cannot go on; the text is one sentence that ends with what to do."""

    exit_code = FAILED


class UsageError(CommandError):
    """The command line names something that does not exist."""

    exit_code = USAGE


class EndedError(Exception):
    """Everything was said already; only the exit status is left to give."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit status {exit_code}")
        self.exit_code = exit_code


def is_expected(error: BaseException) -> bool:
    """Whether the text of `error` was written for the user.

    Decided by where the type was defined, so that no room has to be imported to ask.
    """
    # What the system or the network refuses names the file or the address; that is enough.
    if isinstance(error, (CommandError, OSError)):
        return True
    for kind in type(error).__mro__:
        module = kind.__module__
        if module in _OTHERS or module.split(".")[0] in _OWN_ROOMS:
            return True
    return False


def exit_code(error: BaseException) -> int:
    """The exit status that an exception stands for."""
    return error.exit_code if isinstance(error, (CommandError, EndedError)) else FAILED


def sentence(error: BaseException) -> str:
    """What to print: the text of the error, or the traceback where that was asked for."""
    if os.environ.get(TRACEBACK):
        return "".join(traceback.format_exception(error)).rstrip()
    if type(error).__module__ == _CONNECTIONS:
        request = getattr(error, "request", None)
        place = "/".join(request.url.split("/")[:3]) if request is not None else "the services"
        return f"no answer from {place}: run the command again, it goes on where it stopped"
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror[:1].lower()}{error.strerror[1:]}"
    return str(error).strip() or type(error).__name__
