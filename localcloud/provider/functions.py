"""Data sources of the gcp package that programs in this field read.

Answers from the provider's settings, the catalog below and the stack's own resources. A data source
that is not in the table is refused by name.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from localcloud.provider.agents import agent_email, transfer_agent_email
from localcloud.provider.identity import project_number
from localcloud.provider.protocol import Properties, ProviderError
from localcloud.provider.settings import ProviderSettings
from localcloud.store import Store


@dataclass(frozen=True)
class _Call:
    """What a data source is asked: its arguments and where."""

    arguments: Mapping[str, Any]
    settings: ProviderSettings
    store: Store

    @property
    def project(self) -> str:
        return self.arguments.get("project") or self.settings.project

    @property
    def number(self) -> str:
        return project_number(self.project)


def answer(
    token: str, arguments: Mapping[str, Any], settings: ProviderSettings, store: Store
) -> Properties:
    """The result of one data source, with its arguments.

    Raises:
        ProviderError: The data source is not known here, or what it looks for does not exist.
    """
    function = _FUNCTIONS.get(token)
    if function is None:
        raise ProviderError(
            f"the local cloud does not answer the data source '{token}'; it answers "
            f"{', '.join(sorted(_FUNCTIONS))}"
        )
    given = {name: value for name, value in arguments.items() if value is not None}
    return given | function(_Call(given, settings, store))


def _project(call: _Call) -> Properties:
    project = call.arguments.get("projectId") or call.project
    return {
        "id": f"projects/{project}",
        "projectId": project,
        "number": project_number(project),
        "name": project,
        "autoCreateNetwork": False,
        "billingAccount": "",
        "deletionPolicy": "PREVENT",
        "effectiveLabels": {},
        "folderId": "",
        "labels": {},
        "orgId": "",
        "pulumiLabels": {},
        "tags": {},
    }


def _client_config(call: _Call) -> Properties:
    return {
        "id": f"projects/{call.settings.project}",
        "project": call.settings.project,
        "region": call.settings.region,
        "zone": call.settings.zone,
        "accessToken": "local",
        "defaultLabels": dict(call.settings.default_labels),
    }


def _user(call: _Call) -> Properties:
    return {"id": "local", "email": f"local@{call.project}.iam.gserviceaccount.com"}


def _storage_agent(call: _Call) -> Properties:
    email = agent_email("storage", call.number)
    return {
        "id": email,
        "emailAddress": email,
        "userProject": None,
        "member": f"serviceAccount:{email}",
        "project": call.project,
    }


def _transfer_agent(call: _Call) -> Properties:
    email = transfer_agent_email(call.number)
    return {
        "id": email,
        "email": email,
        "member": f"serviceAccount:{email}",
        "project": call.project,
        "subjectId": project_number(email),
    }


def _bigquery_agent(call: _Call) -> Properties:
    email = agent_email("bigquery", call.number)
    return {
        "id": email,
        "email": email,
        "member": f"serviceAccount:{email}",
        "project": call.project,
    }


def _compute_account(call: _Call) -> Properties:
    email = f"{call.number}-compute@developer.gserviceaccount.com"
    name = f"projects/{call.project}/serviceAccounts/{email}"
    return {
        "id": name,
        "name": name,
        "email": email,
        "member": f"serviceAccount:{email}",
        "displayName": "Compute Engine default service account",
        "project": call.project,
        "uniqueId": project_number(email),
    }


def _account(call: _Call) -> Properties:
    account = str(call.arguments["accountId"])
    email = account if "@" in account else f"{account}@{call.project}.iam.gserviceaccount.com"
    id_ = f"projects/{call.project}/serviceAccounts/{email.rsplit('/', 1)[-1]}"
    return _existing(call, "gcp:serviceaccount/account:Account", id_)


def _bucket(call: _Call) -> Properties:
    return _existing(call, "gcp:storage/bucket:Bucket", str(call.arguments["name"]))


def _zones(call: _Call) -> Properties:
    region = call.arguments.get("region") or call.settings.region
    names = [f"{region}-{letter}" for letter in "abc"]
    return {
        "id": f"projects/{call.project}/regions/{region}",
        "names": names,
        "status": None,
        "project": call.project,
        "region": region,
    }


def _iam_policy(call: _Call) -> Properties:
    bindings = [
        {key: binding[key] for key in ("role", "members", "condition") if binding.get(key)}
        for binding in call.arguments.get("bindings") or []
    ]
    data = json.dumps({"bindings": bindings}, sort_keys=True, separators=(",", ":"))
    return {"id": project_number(data), "policyData": data, "auditConfigs": None}


def _key_version(call: _Call) -> Properties:
    """Of any version, as people make further ones by hand. The public key is none: nothing here
    signs or looks at signatures."""
    key = str(call.arguments["cryptoKey"])
    version = int(call.arguments.get("version", 1))
    made = _existing(call, "gcp:kms/cryptoKey:CryptoKey", key)
    template = made.get("versionTemplate") or {}
    algorithm = template.get("algorithm", "GOOGLE_SYMMETRIC_ENCRYPTION")
    name = f"{key}/cryptoKeyVersions/{version}"
    text = base64.b64encode(hashlib.sha512(name.encode()).digest()).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{text[:64]}\n{text[64:]}\n-----END PUBLIC KEY-----\n"
    asymmetric = str(made.get("purpose")).startswith("ASYMMETRIC")
    return {
        "id": f"//cloudkms.googleapis.com/v1/{name}",
        "name": name,
        "version": version,
        "algorithm": algorithm,
        "protectionLevel": template.get("protectionLevel", "SOFTWARE"),
        "publicKeys": [{"algorithm": algorithm, "pem": pem}] if asymmetric else [],
        "state": "ENABLED",
    }


def _existing(call: _Call, type_: str, id_: str) -> Properties:
    document = call.store.get(type_, id_)
    if document is None:
        raise ProviderError(f"googleapi: Error 404: '{id_}' does not exist in the local cloud")
    return {**document["outputs"], "id": id_}


_FUNCTIONS: Final[dict[str, Callable[[_Call], Properties]]] = {
    "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": _bigquery_agent,
    "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount": _compute_account,
    "gcp:compute/getZones:getZones": _zones,
    "gcp:kms/getKMSCryptoKeyVersion:getKMSCryptoKeyVersion": _key_version,
    "gcp:organizations/getClientConfig:getClientConfig": _client_config,
    "gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo": _user,
    "gcp:organizations/getIAMPolicy:getIAMPolicy": _iam_policy,
    "gcp:organizations/getProject:getProject": _project,
    "gcp:serviceaccount/getAccount:getAccount": _account,
    "gcp:storage/getBucket:getBucket": _bucket,
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": _storage_agent,
    "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount": (
        _transfer_agent
    ),
}
