"""The project before a deployment: billing, APIs, and what the caller may do in it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from catalog import services
from ops.check.findings import Finding, compared
from ops.check.google import Google

_NAMES_A_CALL = 20
_PERMISSIONS_A_CALL = 100


def billing(google: Google, project_id: str) -> Iterator[Finding]:
    """Whether the project can be billed: without, every paid resource is refused."""
    info = google.get("cloudbilling.googleapis.com", f"v1/projects/{project_id}/billingInfo")
    account = str(info.get("billingAccountName", "")).rpartition("/")[2]
    linked = bool(info.get("billingEnabled"))
    yield Finding(
        group="project",
        subject="billing",
        state="ok" if linked else "failed",
        found=f"account {account}" if linked else "no open billing account is linked",
        wanted="an open billing account",
        next=""
        if linked
        else f"gcloud billing projects link {project_id} --billing-account YOUR-ACCOUNT",
    )


def apis(google: Google, project_id: str) -> Iterator[Finding]:
    """APIs that must be on before the first deployment fail; the others it turns on itself."""
    wanted = [*services.FOUNDATION, *services.PLATFORM]
    enabled = set(_enabled(google, project_id, wanted))
    for name in wanted:
        first = name in services.FOUNDATION
        on = name in enabled
        yield Finding(
            group="project",
            subject=name,
            state="ok" if on else ("failed" if first else "warning"),
            found="enabled" if on else "disabled",
            wanted="enabled",
            next=""
            if on
            else (
                f"gcloud services enable {name} --project {project_id}"
                if first
                else "the deployment enables it"
            ),
        )


def _enabled(google: Google, project_id: str, names: Sequence[str]) -> Iterator[str]:
    for part in _parts(names, _NAMES_A_CALL):
        asked = [f"projects/{project_id}/services/{name}" for name in part]
        reply = google.get(
            services.SERVICE_USAGE,
            f"v1/projects/{project_id}/services:batchGet",
            {"names": asked},
        )
        for each in reply.get("services", []):
            if each.get("state") == "ENABLED":
                yield str(each["name"]).rpartition("/")[2]


def permissions(google: Google, project_id: str, wanted: Sequence[str]) -> Iterator[Finding]:
    """Which of these permissions the caller lacks on the project."""
    held: set[str] = set()
    for part in _parts(wanted, _PERMISSIONS_A_CALL):
        reply = google.post(
            services.CLOUD_RESOURCE_MANAGER,
            f"v3/projects/{project_id}:testIamPermissions",
            {"permissions": part},
        )
        held |= set(reply.get("permissions", []))
    missing = sorted(set(wanted) - held)
    if not missing:
        yield compared("permissions", "of the caller", len(held), len(set(wanted)), "")
    for name in missing:
        yield Finding(
            group="permissions",
            subject=name,
            state="failed",
            found="not held",
            wanted="held",
            next="ask for the role of the deployer, or for one with this permission",
        )


def _parts(names: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(names)
    while part := list(islice(rest, size)):
        yield part
