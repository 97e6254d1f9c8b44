"""A vault in memory."""

from kiosk.errors import Unavailable
from kiosk.ports import SecretName


class FakeVault:
    """Keeps what is written; knows nothing else."""

    def __init__(self, secrets: dict[SecretName, str] | None = None) -> None:
        self.secrets = dict(secrets or {})

    def read(self, name: SecretName) -> str:
        try:
            return self.secrets[name]
        except KeyError:
            raise Unavailable(f"This laptop does not have {name}.") from None

    def write(self, name: SecretName, secret: str) -> None:
        self.secrets[name] = secret
