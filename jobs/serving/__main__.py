"""Start the prediction server: `python -m jobs.serving`.

Reads what Vertex gives a serving container: AIP_STORAGE_URI (the candidate's folder, `gs://` or
local), AIP_HTTP_PORT, AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE. Listens on loopback unless
MLPLATFORM_BIND says otherwise; in the image it is 0.0.0.0, as nothing else reaches a container.
Listens only once the model is loaded and warm. SIGTERM lets requests in flight finish.
"""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_GOODBYE_SECONDS = 5


class StartError(RuntimeError):
    """The server cannot start; the text says which variable to set."""


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Where the model is, and where to listen."""

    storage_uri: str
    host: str = "127.0.0.1"
    port: int = 8080
    health_route: str = "/health"
    predict_route: str = "/predict"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ServerSettings":
        """Raises StartError naming the variable that is missing or wrong."""
        storage_uri = environment.get("AIP_STORAGE_URI", "")
        if not storage_uri:
            raise StartError(
                "AIP_STORAGE_URI is not set; set it to the folder of a candidate, "
                "such as gs://BUCKET/models/MODEL/RUN/network"
            )
        port = environment.get("AIP_HTTP_PORT", str(cls.port))
        if not port.isdecimal():
            raise StartError(f"AIP_HTTP_PORT is {port!r}, no port; write a number such as 8080")
        routes = {}
        for key, default in (
            ("AIP_HEALTH_ROUTE", cls.health_route),
            ("AIP_PREDICT_ROUTE", cls.predict_route),
        ):
            routes[key] = environment.get(key, default)
            if not routes[key].startswith("/"):
                raise StartError(f"{key} is {routes[key]!r}; write a path such as {default}")
        return cls(
            storage_uri=storage_uri,
            host=environment.get("MLPLATFORM_BIND", cls.host),
            port=int(port),
            health_route=routes["AIP_HEALTH_ROUTE"],
            predict_route=routes["AIP_PREDICT_ROUTE"],
        )


def serve(settings: ServerSettings) -> None:
    """Load, warm up, listen until SIGTERM. Raises ModelError if there is no such model."""
    import uvicorn

    from jobs.serving.app import application
    from jobs.serving.model import load

    began = time.monotonic()
    model = load(settings.storage_uri)
    model.warm_up()
    print(
        f"serving {model.spec.workload} {model.card.get('candidate')} on "
        f"http://{settings.host}:{settings.port}{settings.predict_route}, "
        f"ready after {time.monotonic() - began:.1f} s",
        flush=True,
    )
    uvicorn.run(
        application(model, settings.health_route, settings.predict_route),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=LONGEST_GOODBYE_SECONDS,
    )


def main() -> int:
    """Exit status 2 and one sentence if the server cannot start."""
    from jobs.serving.model import ModelError

    try:
        serve(ServerSettings.from_environment(os.environ))
    except (StartError, ModelError) as error:
        print(f"jobs.serving: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
