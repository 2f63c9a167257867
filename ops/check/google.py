"""Reads of Google Cloud's REST APIs with the caller's own credentials. Writes nothing.

The APIs that checks ask are many and each is asked for one reply, so they share the transport of
google-auth instead of a client library each. `MLPLATFORM_GOOGLE_ENDPOINT` sends every request to
one address instead, without credentials, as `<address>/<service>/<path>`.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

ENDPOINT = "MLPLATFORM_GOOGLE_ENDPOINT"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_SECONDS = 30


class Google:
    """The one way in. Raises `google.api_core.exceptions.GoogleAPICallError` for a refusal."""

    def get(self, service: str, path: str, query: Mapping[str, Any] | None = None) -> Any:
        return self._asked("GET", service, path, params=query)

    def post(self, service: str, path: str, body: Mapping[str, Any]) -> Any:
        """For methods that read although they are sent as POST, such as testIamPermissions."""
        return self._asked("POST", service, path, json=body)

    def _asked(self, method: str, service: str, path: str, **content: Any) -> Any:
        from google.api_core.exceptions import from_http_response

        url = f"{self._address(service)}/{path}"
        reply = self._session.request(method, url, timeout=_SECONDS, **content)
        if not reply.ok:
            raise from_http_response(reply)
        return reply.json()

    @staticmethod
    def _address(service: str) -> str:
        endpoint = os.environ.get(ENDPOINT)
        return f"{endpoint}/{service}" if endpoint else f"https://{service}"

    @cached_property
    def _session(self) -> Any:
        import google.auth
        from google.auth.credentials import AnonymousCredentials
        from google.auth.transport.requests import AuthorizedSession

        if ENDPOINT in os.environ:
            return AuthorizedSession(AnonymousCredentials())
        credentials, _ = google.auth.default(scopes=[_SCOPE])
        return AuthorizedSession(credentials)
