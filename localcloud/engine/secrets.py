"""The passphrase cipher of the Pulumi CLI, so that both read each other's state.

Owns key derivation and the text forms of salt and ciphertext. Does not know what is encrypted.
"""

import base64
import hashlib
import os
import threading
from functools import cache
from pathlib import Path

from localcloud.engine.events import EngineError

_ROUNDS = 1_000_000
_KEY_BYTES = 32
_SALT_BYTES = 8
_NONCE_BYTES = 12
_CHECK_TEXT = "pulumi"


def passphrase() -> str:
    """The passphrase from the environment, "" if there is none."""
    text = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
    if text is not None:
        return text
    file = os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EngineError(
            f"PULUMI_CONFIG_PASSPHRASE_FILE names {file}, which cannot be read: {error.strerror}"
        ) from error


@cache
def _derive(text: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt, _ROUNDS, _KEY_BYTES)


class Cipher:
    """Encrypts and decrypts texts under a passphrase and a salt line of the CLI.

    The key takes a quarter of a second: it is derived in a thread as soon as `prepare` is called,
    and awaited by the first use. Without a salt line a new one is made.
    """

    def __init__(self, text: str, salt_line: str | None = None) -> None:
        self._passphrase = text
        self._salt_line = salt_line
        self._salt = _salt_of(salt_line) if salt_line else os.urandom(_SALT_BYTES)
        self._lock = threading.Lock()
        self._verified = False

    def prepare(self) -> None:
        """Begins to derive the key; returns at once."""
        threading.Thread(
            target=_derive, args=(self._passphrase, self._salt), daemon=True, name="derive-key"
        ).start()

    @property
    def salt_line(self) -> str:
        """`v1:SALT:v1:NONCE:DATA`, as state and stack files hold it."""
        with self._lock:
            if self._salt_line is None:
                salt = base64.b64encode(self._salt).decode()
                self._salt_line = f"v1:{salt}:{self._encrypt(_CHECK_TEXT)}"
                self._verified = True
        return self._salt_line

    def encrypt(self, text: str) -> str:
        """`v1:NONCE:DATA` for a text."""
        self.verify()
        return self._encrypt(text)

    def decrypt(self, ciphertext: str) -> str:
        """The text behind `v1:NONCE:DATA`."""
        self.verify()
        return self._decrypt(ciphertext)

    def verify(self) -> None:
        """Raises `EngineError` if the passphrase does not fit the salt line."""
        line = self.salt_line
        with self._lock:
            if self._verified:
                return
            if self._decrypt(line.split(":", 2)[2]) != _CHECK_TEXT:
                raise _wrong_passphrase()
            self._verified = True

    def _key(self) -> bytes:
        return _derive(self._passphrase, self._salt)

    def _encrypt(self, text: str) -> str:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        data = AESGCM(self._key()).encrypt(nonce, text.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(data).decode()}"

    def _decrypt(self, ciphertext: str) -> str:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            nonce, data = map(_decoded, ciphertext.removeprefix("v1:").split(":"))
            return AESGCM(self._key()).decrypt(nonce, data, None).decode()
        except InvalidTag as error:
            raise _wrong_passphrase() from error
        except ValueError as error:
            raise EngineError(
                f"A secret is not in the form v1:NONCE:DATA of the passphrase cipher: "
                f"{ciphertext[:12]!r}..."
            ) from error


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _salt_of(line: str) -> bytes:
    try:
        return _decoded(line.removeprefix("v1:").split(":", 1)[0])
    except ValueError as error:
        raise EngineError(
            f"encryptionsalt is {line[:20]!r}..., not v1:SALT:v1:NONCE:DATA as the CLI writes it"
        ) from error


def _wrong_passphrase() -> EngineError:
    return EngineError(
        "The passphrase is wrong for this stack: set PULUMI_CONFIG_PASSPHRASE "
        "(or PULUMI_CONFIG_PASSPHRASE_FILE) to the one that its secrets were encrypted with"
    )
