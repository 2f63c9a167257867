"""What every build of an image is: the steps of `cloudbuild.yaml`, and what is put into them.

Makes no resource. The steps are those of the last deployment: a commit cannot change what runs as
the builder.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pulumi import Input, Output

from catalog.images import Image
from infra.signing import Signing

_FILE = Path(__file__).parents[2] / "cloudbuild.yaml"


def steps(machine: str) -> Any:
    """The steps of the file, on a machine of this type. Its `${...}` are for Cloud Build: nothing
    here expands them, as a template language with the same signs would."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        "steps": content["steps"],
        "images": content["images"],
        "timeout": content["timeout"],
        "options": {
            # An account of one's own must say where its log goes.
            "logging": content["options"]["logging"],
            "substitution_option": content["options"]["substitutionOption"],
            "machine_type": machine,
        },
    }


def substitutions(
    image: Image,
    region: str,
    registry_uris: Mapping[str, Output[str]],
    signing: Signing | None,
    *,
    jax_extra: str = "",
) -> dict[str, Input[str]]:
    """The value of each variable of the file: the registry of `region` gets the image first."""
    others = [uri for each, uri in registry_uris.items() if each != region]
    return {
        "_IMAGE": Output.concat(registry_uris[region], "/", image.name),
        "_DOCKERFILE": image.dockerfile,
        "_JAX_EXTRA": jax_extra,
        "_COPIES": Output.all(*others).apply(
            lambda found: " ".join(f"{uri}/{image.name}" for uri in found)
        ),
        "_ATTESTOR": signing.attestor if signing else "",
        "_KEY_VERSION": signing.key_version if signing else "",
    }
