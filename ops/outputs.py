"""The outputs of a stack, typed: what the program exports and the commands work with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops.errors import CommandError, UsageError

if TYPE_CHECKING:
    from jobs.spec import Submission

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi stores for an output whose resource failed under --continue-on-error."""


@dataclass(frozen=True, kw_only=True)
class StackOutputs:
    """What a deployed stack says of itself."""

    stack: str
    project_id: str
    region: str
    artifacts_bucket: str
    registry: str
    lake_bucket: str | None = None
    """None: raw data and scripts lie below the artifacts."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Full resource name per model."""
    submissions: Mapping[str, str] = field(default_factory=dict)
    """Canonical JSON of a `jobs.spec.Submission` per model that has an image."""
    without_image: tuple[str, ...] = ()
    dashboards: Mapping[str, str] = field(default_factory=dict)
    """Address in the console by subject."""

    def endpoint(self, model: str) -> str:
        """Raises `UsageError` with the models that there are."""
        return self._of(self.endpoints, model)

    def submission(self, model: str) -> "Submission":
        """Raises `CommandError` for a model that has no image yet."""
        from pydantic import ValidationError

        from jobs.spec import Submission

        if model in self.without_image:
            raise CommandError(f"model {model} has no image yet: build one with mlp image build")
        text = self._of(self.submissions, model)
        try:
            return Submission.model_validate_json(text)
        except ValidationError as error:
            raise CommandError(
                f"the run of model {model} was deployed by another version of this program: "
                f"deploy stack {self.stack} again"
            ) from error

    def all_submissions(self) -> "dict[str, Submission]":
        """Every exported submission by the name of its model."""
        return {model: self.submission(model) for model in self.submissions}

    def one_model(self, model: str | None) -> str:
        """The given model, or the only one. Raises `UsageError` where that is ambiguous."""
        if model is not None:
            self.endpoint(model)
            return model
        if len(self.endpoints) == 1:
            return next(iter(self.endpoints))
        raise UsageError(f"say which model: {', '.join(self.endpoints) or 'this stack has none'}")

    def _of(self, table: Mapping[str, str], model: str) -> str:
        if model not in table:
            names = ", ".join(table) or "this stack has none"
            raise UsageError(f"there is no model {model!r}: choose one of {names}")
        return table[model]


def parse(outputs: Mapping[str, Any], stack: str) -> StackOutputs:
    """Reads stored outputs. Raises `CommandError` if they are missing, all or some."""
    if not outputs:
        raise CommandError(f"stack {stack} is not deployed: run mlp up --stack {stack}")
    needed = ("project_id", "region", "artifacts_bucket", "registry")
    missing = [key for key in needed if outputs.get(key, _UNKNOWN) == _UNKNOWN]
    if missing:
        raise CommandError(
            f"stack {stack} is deployed only in part, output {missing[0]} is missing: "
            f"run mlp up --stack {stack} again"
        )
    return StackOutputs(
        stack=stack,
        project_id=str(outputs["project_id"]),
        region=str(outputs["region"]),
        artifacts_bucket=str(outputs["artifacts_bucket"]),
        registry=str(outputs["registry"]),
        lake_bucket=_name(outputs.get("lake_bucket")),
        endpoints=_known(outputs.get("endpoints")),
        submissions={name: _text(v) for name, v in _known(outputs.get("submissions")).items()},
        without_image=tuple(outputs.get("without_image") or ()),
        dashboards=_known(outputs.get("dashboards")),
    )


def _name(value: Any) -> str | None:
    return str(value) if value not in (None, _UNKNOWN) else None


def _known(table: Any) -> dict[str, Any]:
    return {key: value for key, value in (table or {}).items() if value != _UNKNOWN}


def _text(value: Any) -> str:
    """A JSON text stays as it is; some engines hand out what the text holds."""
    return value if isinstance(value, str) else json.dumps(value)
