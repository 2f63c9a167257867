"""A copy of the project in a folder of its own, driven through `mlp` as a user would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("automation", "catalog", "infra", "jobs", "localcloud", "ops")
FILES = (
    "__main__.py",
    "Pulumi.yaml",
    *(f"Pulumi.{stack}.yaml" for stack in ("local", "dev", "staging", "prod")),
    "cloudbuild.yaml",
    "requirements-automation.txt",
    "requirements-jobs.txt",
    "pyproject.toml",
)
LIMIT_SECONDS = 400


class Project:
    """One checkout with its own local cloud."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for room in filter(lambda name: (ROOT / name).is_dir(), ROOMS):
            shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, root)
        # One epoch is enough to see the path; the figures are the benchmarks' business.
        self.set_argument("epochs", 1)

    @property
    def folder(self) -> Path:
        """The local cloud of the stack."""
        return self.root / ".mlplatform" / "local"

    @property
    def environment(self) -> dict[str, str]:
        # The copy comes before the checkout that the environment knows.
        ours = {"PYTHONPATH": str(self.root), "NO_COLOR": "1"}
        return {**os.environ, **ours}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ops", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def mlp(self, *arguments: str, code: int = 0) -> str:
        """Runs `mlp` and returns its output; the exit status must be `code`."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=LIMIT_SECONDS)
        assert process.returncode == code, f"mlp {' '.join(arguments)}:\n{output}\n{errors}"
        return output + errors if code else output

    def json(self, *arguments: str, code: int = 0) -> Any:
        process = self.start(*arguments, "--json")
        output, errors = process.communicate(timeout=LIMIT_SECONDS)
        assert process.returncode == code, f"mlp {' '.join(arguments)}:\n{output}\n{errors}"
        return json.loads(output)

    def set_argument(self, name: str, value: Any) -> None:
        """Changes one argument of the workload in the stack file."""
        self.set_model("arguments", name, value)

    def set_model(self, section: str, name: str, value: Any) -> None:
        """Changes one setting of the model in the stack file."""
        file = self.root / "Pulumi.local.yaml"
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        content["config"]["mlplatform:models"]["flight-delay"][section][name] = value
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Changes a file of the workload."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def run_ids(self) -> list[str]:
        return [run["run_id"] for run in self.json("jobs", "list")]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of one of the tables that the submission names, read with the real client."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import bigquery

        where = json.loads(self.json("outputs")["submissions"]["flight-delay"])["placement"]
        url = json.loads((self.folder / "supervisor.json").read_text(encoding="utf-8"))["url"]
        client = bigquery.Client(
            project=where["project_id"],
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": url},
        )
        return [dict(row.items()) for row in client.list_rows(where[table])]

    def versions(self) -> list[dict[str, Any]]:
        """Versions of the model, newest first."""
        return self.json("models", "list")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A new project; whatever still runs of it at the end is ended."""
    made = Project(tmp_path_factory.mktemp("project"))
    yield made
    made.start("down").communicate(timeout=LIMIT_SECONDS)
