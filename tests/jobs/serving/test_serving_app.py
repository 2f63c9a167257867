"""The wire format: what goes in, what comes out, what is refused and how."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from jobs.serving import app
from jobs.serving.model import load

Ask = Callable[..., httpx.Response]
"""Method, path and what httpx takes beside them."""


@pytest.fixture(scope="module")
def ask(candidate: str) -> Ask:
    transport = httpx.ASGITransport(app.application(load(candidate), "/health", "/predict"))

    async def send(method: str, path: str, **content: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.request(method, path, **content)

    return lambda *place, **content: asyncio.run(send(*place, **content))


def test_health_names_the_candidate(ask: Ask):
    answer = ask("GET", "/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "candidate": "tiny"})


def test_each_instance_gets_its_prediction_in_order(ask: Ask, instance: dict[str, Any]):
    asked = [instance | {"distance": distance} for distance in (9, 1)]
    answer = ask("POST", "/predict", json={"instances": asked})
    assert answer.status_code == 200
    assert answer.json() == {
        "predictions": [
            {"late_probability": pytest.approx(0.880797), "late": True},
            {"late_probability": pytest.approx(0.119203), "late": False},
        ]
    }


def test_a_wrong_value_comes_back_as_400_with_its_sentence(ask: Ask, instance: dict[str, Any]):
    wrong = [instance] * 3 + [instance | {"distance": "far"}]
    answer = ask("POST", "/predict", json={"instances": wrong})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("instances[3].distance: 'far' is not a number")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("not json", "the request is not JSON"),
        ("[]", "the request has no instances"),
        ('{"rows": []}', "the request has no instances"),
        ('{"instances": []}', "a list of at least one object"),
        ('{"instances": {}}', "a list of at least one object"),
        ('{"instances": [{}], "instance": 1}', "instance: there is no such key"),
        ('{"instances": [{}], "parameters": {"k": 1}}', "parameters: this model takes none"),
        ('{"instances": [{}]}', "instances[0]: missing distance, district, hour"),
        ('{"instances": [null]}', "instances[0]: None is not an object"),
    ],
)
def test_a_malformed_request_is_told_what_to_write(ask: Ask, body: str, message: str):
    answer = ask("POST", "/predict", content=body)
    assert answer.status_code == 400
    assert message in answer.json()["error"]


def test_a_body_of_no_text_at_all_is_a_bad_request(ask: Ask):
    assert ask("POST", "/predict", content=b"\xff\xfe\x00").status_code == 400


def test_a_request_beyond_the_limit_is_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app, "LARGEST_BODY_BYTES", 10)
    answer = ask("POST", "/predict", content=json.dumps({"instances": [{}]}))
    assert answer.status_code == 413
