"""Keeps compiled pipelines in the stack's repository of templates, each content once.

A version of the registry is the digest of what was uploaded. The tag of the code's identity is
set last, so it says that everything before it is done: where it points at the content, a push is
one read. Does not decide whether a run is submitted: a run carries its own copy of the pipeline.
"""

import hashlib
import os
import subprocess
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jobs.spec import IDENTITY_LENGTH

if TYPE_CHECKING:
    from kfp.registry import RegistryClient

_ROOT = Path(__file__).resolve().parents[1]
_MOST_SECONDS = 60
"""The registry's client sets no time limit, and a deployment waits for it."""
Done = TypeVar("Done")


class TemplateError(Exception):
    """A pipeline could not be stored; the text is one sentence without its end."""


def publish(repository: str, model: str, code: str, ir: dict[str, Any]) -> str:
    """Stores the compiled pipeline of a model that runs this code; returns its URI.

    Harmless to repeat, and for several at once. Raises TemplateError, within a minute.
    """
    from google.auth.exceptions import GoogleAuthError

    try:
        version = _in_time(lambda: _stored(repository, model, code, ir))
    # What the registry's client raises are errors of `requests`, which are those of the system.
    except (OSError, ValueError, GoogleAuthError) as error:
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise TemplateError(
            f"the pipeline of model {model} was not stored in {repository}: {reason}"
        ) from error
    return f"{repository}/{model}/{version}"


def registry(repository: str) -> "RegistryClient":
    """A client of one repository of pipeline templates, `https://REGION-kfp.pkg.dev/PROJECT/NAME`.

    It sets no time limit on what it asks. With `MLPLATFORM_TEMPLATES_ENDPOINT` it talks over plain
    HTTP to a service on this machine, without credentials. Not among `jobs.clients`, which the
    functions hold too: theirs is an environment without kfp.
    """
    from kfp.registry import RegistryClient
    from kfp.registry.registry_client import DEFAULT_REGISTRY_CONTEXT
    from requests.auth import HTTPBasicAuth

    endpoint = os.environ.get("MLPLATFORM_TEMPLATES_ENDPOINT")
    if endpoint is None:
        return RegistryClient(host=repository)
    # About a host that it does not know the client asks files in the user's home, unless it is
    # given both of these.
    return RegistryClient(
        host=repository.replace("https:/", endpoint, 1),
        auth=HTTPBasicAuth("nobody", ""),
        config_file=DEFAULT_REGISTRY_CONTEXT,
    )


def code_tag(code: str) -> str:
    """The code's identity as a tag, which may not begin with `sha256:`."""
    return f"code-{code.removeprefix('sha256:')[:IDENTITY_LENGTH]}"


def commit_tag(root: Path = _ROOT) -> str | None:
    """`git-<commit>` of a checkout without changes; None for anything else."""
    try:
        status = _git(root, "status", "--porcelain")
        commit = _git(root, "rev-parse", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"git-{commit}" if commit and not status else None


def _stored(repository: str, package: str, code: str, ir: dict[str, Any]) -> str:
    """The content's version, which carries its tags when this returns."""
    import yaml

    content = yaml.safe_dump(ir, sort_keys=True).encode()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    client, tag = registry(repository), code_tag(code)
    if _tagged(client, package, tag) == digest:
        return digest
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pipeline.yaml"
        file.write_bytes(content)
        package, version = client.upload_pipeline(str(file))
    for each in (commit_tag(), tag):
        if each:
            _move(client, package, version, each)
    return version


def _move(client: Any, package: str, version: str, tag: str) -> None:
    """Lets the tag point at the version, wherever it pointed before."""
    pointed = _tagged(client, package, tag)
    if pointed is None:
        client.create_tag(package, version, tag)
    elif pointed != version:
        client.update_tag(package, version, tag)


def _tagged(client: Any, package: str, tag: str) -> str | None:
    """The version under a tag."""
    from requests.exceptions import HTTPError

    try:
        return client.get_tag(package, tag)["version"].rpartition("/")[2]
    except HTTPError as error:
        if error.response is not None and error.response.status_code == 404:  # noqa: PLR2004
            return None
        raise


def _in_time(work: Callable[[], Done]) -> Done:
    """The result of `work`; raises TimeoutError if it takes too long, and lets it go on alone."""
    done: Future[Done] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  # raised again by whoever waits
            done.set_exception(error)

    threading.Thread(target=run, name="template", daemon=True).start()
    try:
        return done.result(_MOST_SECONDS)
    except TimeoutError as error:
        raise TimeoutError(f"no answer within {_MOST_SECONDS} seconds") from error


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=20
    )
    return done.stdout.strip()
