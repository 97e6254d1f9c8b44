"""The vault: this laptop's secrets behind a `keyring` backend that is named in code. It never asks keyring which."""

from pathlib import Path
from types import MappingProxyType
from typing import Final

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.vault_credentials import SystemdCredentials
from kiosk.lockdown.vault_folder import FolderOfSecrets
from kiosk.ports import SecretName, Vault

SERVICE: Final = "visit-kiosk"  # what a desktop's keyring lists them under
WORDS: Final = MappingProxyType(
    {
        SecretName.TLS_KEY: "the key it shows the service",
        SecretName.SEALING_KEY: "the key for what only it may read",
        SecretName.PACK_KEY: "the key for what it keeps of the day",
    }
)


class KeyringVault:
    """The port `Vault` over one backend."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    def read(self, name: SecretName) -> str:
        """The secret. Raises Unavailable."""
        try:
            secret = self._backend.get_password(SERVICE, name.value)
        except (KeyringError, OSError, ValueError) as error:
            raise Unavailable(f"This laptop's vault cannot be read: {_why(error)}. Ask IT.") from error
        if secret is None:
            raise Unavailable(f"This laptop does not have {WORDS[name]}. Ask IT to enrol it again.")
        return secret

    def write(self, name: SecretName, secret: str) -> None:
        """Keep this instead of what there was. Raises Unavailable."""
        try:
            self._backend.set_password(SERVICE, name.value, secret)
        except (KeyringError, OSError) as error:
            raise Unavailable(f"This laptop's vault cannot be written: {_why(error)}.") from error


def _why(error: Exception) -> str:
    """Never what is in it."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, KeyringError) and str(error) else type(error).__name__


def open_vault(*, on_laptop: bool, folder: Path | None = None) -> Vault:
    """The vault to read from: a laptop's credentials, a demo's folder, or a desktop's keyring. Raises Refused.

    Nothing of the environment and no settings file has a say; on a laptop nor has the command line.
    """
    if on_laptop:
        if folder is not None:
            raise Refused("A laptop keeps its secrets as systemd credentials; --vault is for a demo.")
        return KeyringVault(SystemdCredentials.of_this_process())
    if folder is not None:
        return KeyringVault(FolderOfSecrets(folder))
    from kiosk.lockdown.vault_desktop import desktop_keyring  # noqa: PLC0415 - D-Bus and more, which a laptop never needs

    return KeyringVault(desktop_keyring())
