"""Writes a laptop's secrets, once, when it is enrolled by root: each encrypted by systemd-creds for this machine only.

systemd decrypts them for the one unit that each is for; nothing here can read them again.
"""

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kiosk.errors import Unavailable
from kiosk.lockdown.state_file import replace_file
from kiosk.lockdown.vault_credentials import PREFIX
from kiosk.ports import SecretName

SYSTEMD_CREDS: Final = "/usr/bin/systemd-creds"
# By the TPM alone, which each laptop has: systemd's own key is bound to the machine's id, which an image makes anew at
# each start, and then deletes as somebody else's (creds-util.c; tried).
KEY: Final = "--with-key=tpm2"
# The chip alone. By default it is its PCR 7 too, the state of Secure Boot: an update of its database (dbx), which
# firmware brings by itself, would then take every laptop out of service until it is enrolled again.
PCRS: Final = "--tpm2-pcrs="
UNIT_OF: Final = MappingProxyType(
    {SecretName.TLS_KEY: "shell", SecretName.SEALING_KEY: "guard", SecretName.PACK_KEY: "guard"}
)


class CredentialFiles:
    """The port `Vault`, to write to. `run` runs a tool of this machine with what it is given to read."""

    def __init__(self, folder: Path, run: Callable[..., str], key: str = KEY) -> None:
        self._folder, self._run, self._key = folder, run, key

    def read(self, name: SecretName) -> str:
        """Never."""
        raise Unavailable(f"Only its own unit can read {name}.")

    def write(self, name: SecretName, secret: str) -> None:
        """Encrypt it, and replace it whole. Raises Unavailable."""
        named = f"{PREFIX}{name.value}"  # systemd refuses it under any other name
        command = (SYSTEMD_CREDS, "encrypt", f"--name={named}", self._key, PCRS, "-", "-")
        sealed = self._run(*command, given=secret)
        folder = self._folder / UNIT_OF[name]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(folder / name.value, sealed.encode())
        except OSError as error:
            raise Unavailable(f"The laptop's secrets cannot be written to {folder}: {error.strerror}.") from error
