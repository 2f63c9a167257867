"""Whether a process lives, whoever is its parent."""

from pathlib import Path


def lives(pid: int) -> bool:
    """Not one that has ended and that nobody has asked about yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(") ")[2][0] != "Z"
