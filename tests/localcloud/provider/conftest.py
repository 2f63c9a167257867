"""A provider on an empty store, and short ways to ask it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localcloud.provider import create
from localcloud.provider.protocol import Checked, Difference, Provider
from localcloud.store import Store

BUCKET = "gcp:storage/bucket:Bucket"


def type_token(label: str) -> str:
    """`storage.Bucket` as the token that the SDK sends."""
    module, name = label.split(".")
    return f"gcp:{module}/{name[0].lower()}{name[1:]}:{name}"


class Cloud:
    """Asks a provider about resources of a type given as `storage.Bucket`."""

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        self.provider: Provider = create(folder, config)
        self.store = Store(folder)

    @staticmethod
    def urn(label: str, name: str = "data") -> str:
        return f"urn:pulumi:dev::shop::acme:index:Team${type_token(label)}::{name}"

    def check(
        self,
        label: str,
        news: dict[str, Any],
        olds: dict[str, Any] | None = None,
        *,
        name: str = "data",
        seed: bytes = b"seed",
    ) -> Checked:
        type_ = type_token(label)
        return self.provider.check(type_, self.urn(label, name), olds or {}, news, seed)

    def refusal(self, label: str, **inputs: Any) -> str:
        """The only reason why the inputs are refused."""
        failures = self.check(label, inputs).failures
        assert len(failures) == 1, failures
        return failures[0][1]

    def create(
        self, label: str, name: str = "data", /, *, preview: bool = False, **inputs: Any
    ) -> tuple[str | None, dict[str, Any]]:
        urn = self.urn(label, name)
        return self.provider.create(type_token(label), urn, inputs, preview=preview)

    def made(self, label: str, name: str = "data", /, **inputs: Any) -> tuple[str, dict[str, Any]]:
        id_, outputs = self.create(label, name, preview=False, **inputs)
        assert id_ is not None
        return id_, outputs

    def diff(self, label: str, old: dict[str, Any], new: dict[str, Any]) -> Difference:
        return self.provider.diff(type_token(label), "id", old, old, new)

    def delete(self, label: str, id_: str, outputs: dict[str, Any]) -> None:
        self.provider.delete(type_token(label), self.urn(label), id_, outputs)

    def exists(self, label: str, id_: str) -> bool:
        return self.provider.read(type_token(label), self.urn(label), id_, {}) is not None


@pytest.fixture
def make_cloud(tmp_path: Path) -> Callable[..., Cloud]:
    """Makes a cloud with other provider settings; all share one store."""

    def make(**config: Any) -> Cloud:
        return Cloud(tmp_path, {"project": "shop-dev", "region": "europe-west4", **config})

    return make


@pytest.fixture
def cloud(make_cloud: Callable[..., Cloud]) -> Cloud:
    return make_cloud()
