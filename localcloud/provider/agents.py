"""E-mail addresses of Google's service agents, by the API that they belong to."""

from typing import Final

# The part between `service-<project number>@` and `.iam.gserviceaccount.com`, where it is not
# `gcp-sa-<api>`.
_DOMAINS: Final = {
    "cloudfunctions": "gcf-admin-robot",
    "compute": "compute-system",
    "container": "container-engine-robot",
    "dataproc": "dataproc-accounts",
    "run": "serverless-robot-prod",
    "storage": "gs-project-accounts",
    "tpu": "cloud-tpu",
}


def agent_email(service: str, project_number: str) -> str:
    """The agent of `aiplatform.googleapis.com` (or `aiplatform`) in a project."""
    api = service.partition(".")[0]
    if api == "bigquery":
        return f"bq-{project_number}@bigquery-encryption.iam.gserviceaccount.com"
    domain = _DOMAINS.get(api, f"gcp-sa-{api}")
    return f"service-{project_number}@{domain}.iam.gserviceaccount.com"


def transfer_agent_email(project_number: str) -> str:
    """The agent of Storage Transfer."""
    return f"project-{project_number}@storage-transfer-service.iam.gserviceaccount.com"
