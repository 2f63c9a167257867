"""What a run needs before it begins: project, configuration, cipher, files and providers.

Owns how these fit together. Raises `EngineError` for every mistake of the user.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud.engine import operations, secrets
from localcloud.engine.backend import StackFiles, stack_files
from localcloud.engine.builtin import Builtin
from localcloud.engine.events import EngineError
from localcloud.engine.project import (
    Configuration,
    Project,
    StackFile,
    configuration,
    missing_stack,
    open_project,
    open_stack_file,
)
from localcloud.engine.secrets import Cipher
from localcloud.engine.snapshot import Snapshot
from localcloud.engine.state import decode
from localcloud.engine.values import Properties
from localcloud.provider.protocol import Provider


@dataclass
class Session:
    """One stack of one project, ready for a run."""

    command: str
    project: Project
    stack: str
    files: StackFiles
    stack_file: StackFile | None
    stored_outputs: Properties = field(default_factory=dict)
    """The outputs as they were when the run began."""
    _ciphers: dict[str | None, Cipher] = field(default_factory=dict, repr=False)

    @functools.cached_property
    def config(self) -> Configuration:
        return configuration(self.project, self.stack_file, self._decrypt_own)

    @property
    def builtin(self) -> Builtin:
        return Builtin(self.outputs_of)

    def prepare(self) -> None:
        """Begins to derive the key of the stack's secrets, which takes long and needs nothing."""
        salt_line = self.files.read().salt_line or self._own_salt
        # The preview of a stack that does not exist yet encrypts nothing.
        if salt_line or self.command != "preview":
            self._cipher(salt_line).prepare()

    def snapshot(self) -> Snapshot:
        """The stored state, decrypted. Raises `EngineError` if the passphrase is not its own."""
        snapshot = Snapshot(self.files, lambda stored: self._cipher(stored or self._own_salt))
        if snapshot.exists:
            snapshot.cipher.verify()
        outputs = operations.stack_outputs(snapshot.olds(), self.project.name, self.stack)
        self.stored_outputs = outputs or {}
        return snapshot

    def create_provider(self, config: Mapping[str, Any]) -> Provider:
        """A `gcp` provider over this stack's folder."""
        from localcloud import provider

        return provider.create(self.project.folder / ".mlplatform" / self.stack, dict(config))

    def outputs_of(self, name: str) -> Properties | None:
        """Outputs of a stack named `STACK`, `PROJECT/STACK` or `ORGANIZATION/PROJECT/STACK`."""
        *path, stack = name.split("/")
        project = path[-1] if path else self.project.name
        if (project, stack) == (self.project.name, self.stack):
            return self.stored_outputs
        files = self.files.of(project, stack)
        checkpoint = files.read()
        if not checkpoint.text:
            return None
        decrypt = self._cipher(checkpoint.salt_line).decrypt
        states = (decode(entry, decrypt) for entry in checkpoint.resources)
        return operations.stack_outputs(states, project, stack) or {}

    def _decrypt_own(self, ciphertext: str) -> str:
        if self._own_salt is None:
            raise EngineError(
                f"Pulumi.{self.stack}.yaml has a `secure` value but no `encryptionsalt`: "
                "copy the line from where the value was encrypted"
            )
        return self._cipher(self._own_salt).decrypt(ciphertext)

    @property
    def _own_salt(self) -> str | None:
        return self.stack_file.salt_line if self.stack_file else None

    def _cipher(self, salt_line: str | None) -> Cipher:
        """One cipher per salt; without a salt line the one for whatever this run encrypts first."""
        if salt_line not in self._ciphers:
            self._ciphers[salt_line] = Cipher(secrets.passphrase(), salt_line)
        return self._ciphers[salt_line]


def open_session(command: str, cwd: Path, stack: str) -> Session:
    """The stack in a folder; a stack needs a file of its own unless it only goes away."""
    project = open_project(cwd)
    files = stack_files(project, stack)
    stack_file = open_stack_file(project, stack)
    if stack_file is None and not (command in ("destroy", "refresh") and files.state.exists()):
        raise missing_stack(project, stack)
    return Session(command, project, stack, files, stack_file)
