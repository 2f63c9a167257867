"""Names in the cloud: one place, so that two stacks can share a project.

Logical names of resources are given where the resource is made; they never hold the stack.
"""

from dataclasses import dataclass
from hashlib import sha256

from infra.settings import SettingsError

ACCOUNT_ID_LENGTH = 30
LABEL_LENGTH = 63
"""Of a label of DNS, and so of most names in the cloud."""
_BUCKET_LENGTH = 63
_FIRST_ENDPOINT, _ENDPOINTS = 100_000_000, 900_000_000


def bounded(text: str, length: int) -> str:
    """The text if it fits, else its beginning and six hex digits of its digest."""
    if len(text) <= length:
        return text
    return f"{text[: length - 7].rstrip('-')}-{_digest(text)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:6]


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names of what one stack makes in one project."""

    stack: str
    project_id: str

    def account_id(self, role: str) -> str:
        """Id of a service account, 6 to 30 characters."""
        return bounded(f"{role}-{self._plain}", ACCOUNT_ID_LENGTH)

    def bucket(self, role: str) -> str:
        """Bucket names are global: the project's id makes them unique."""
        room = _BUCKET_LENGTH - len(self.project_id) - 1
        return f"{bounded(f'{role}-{self._plain}', room)}-{self.project_id}"

    def repository(self, role: str) -> str:
        return bounded(f"{role}-{self._plain}", 63)

    def machine(self, role: str) -> str:
        """Name of a machine, a slice or a pool: as of a host, at most 63 characters."""
        return bounded(f"{role}-{self._plain}", 63)

    def title(self, text: str, length: int = 100) -> str:
        """What people see, with the stack; 100 is what IAM takes for accounts and roles."""
        return bounded(f"{text} ({self.stack})", length)

    def service(self, role: str) -> str:
        """Name of a service on Cloud Run, as each function is one too: at most 49 characters."""
        return bounded(f"{role}-{self._plain}", 49)

    def dataset(self, role: str) -> str:
        """BigQuery refuses hyphens."""
        return f"{role}_{self._plain}".replace("-", "_")

    def snake(self, role: str) -> str:
        """Name around features: small letters, digits and underscores, at most 60."""
        return bounded(f"{role}_{self._plain}", 60).replace("-", "_")

    def perimeter(self) -> str:
        """Short name of a service perimeter: letters, digits and underscores, at most 50."""
        return bounded(f"mlplatform_{self._plain}", 50).replace("-", "_")

    def role_id(self, role: str) -> str:
        """Id of a custom role: letters, digits and underscores, at most 64."""
        return bounded(f"mlplatform_{role}_{self._plain}", 64).replace("-", "_")

    def endpoint(self, model: str) -> str:
        """Nine digits, the first not 0: the only names that Vertex AI takes for an endpoint."""
        digest = sha256(f"{self.stack}/{model}".encode()).digest()
        return str(_FIRST_ENDPOINT + int.from_bytes(digest[:8], "big") % _ENDPOINTS)

    def endpoints(self, models: list[str]) -> dict[str, str]:
        """Number of each model's endpoint. Raises SettingsError if two models get the same."""
        taken: dict[str, str] = {}
        for model in models:
            number = self.endpoint(model)
            if number in taken:
                problem = (
                    f"mlplatform:models.{model} gets the endpoint number {number}, as "
                    f"{taken[number]} does: rename one of the two"
                )
                raise SettingsError([problem])
            taken[number] = model
        return {model: number for number, model in taken.items()}

    @property
    def snake_stack(self) -> str:
        """The stack in names of metrics, which have no hyphens and end at 100."""
        return bounded(self._plain, 50).replace("-", "_")

    @property
    def _plain(self) -> str:
        """Stack names may hold capitals, dots and underscores; names in the cloud may not."""
        plain = "".join(sign if sign.isalnum() else "-" for sign in self.stack.lower()).strip("-")
        # No bucket may have the word in its name.
        plain = plain.replace("google", "g")
        # `a.b` and `a_b` are two stacks.
        return plain if plain == self.stack else f"{plain}-{_digest(self.stack)}"
