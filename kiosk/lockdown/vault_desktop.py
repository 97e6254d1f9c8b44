"""A developer's own keyring, by the desktop's secret service: named here, for keyring's own choice is anybody's."""

from collections.abc import Iterator
from contextlib import contextmanager

from jeepney import DBusErrorResponse
from keyring.backend import KeyringBackend
from keyring.backends.SecretService import Keyring
from keyring.errors import KeyringError
from secretstorage.exceptions import SecretStorageException


class DesktopKeyring(Keyring):
    """keyring's backend, but for two things: no variable named KEYRING_PROPERTY_* changes it, and it fails in one way.

    Each call opens the session bus and closes it.
    """

    def set_properties_from_env(self) -> None:
        """Nothing of the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None. Raises KeyringError."""
        with _failing_in_one_way():
            found: str | None = super().get_password(service, username)  # type: ignore[no-untyped-call]  # as of 25.7
            return found

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep this instead of what there was. Raises KeyringError."""
        with _failing_in_one_way():
            super().set_password(service, username, password)  # type: ignore[no-untyped-call]  # as of 25.7


def desktop_keyring() -> KeyringBackend:
    """The user's default collection, asked on the session bus when it is used."""
    return DesktopKeyring()  # type: ignore[no-untyped-call]  # keyring does not annotate it


@contextmanager
def _failing_in_one_way() -> Iterator[None]:
    try:
        yield
    except (SecretStorageException, DBusErrorResponse, OSError) as error:
        raise KeyringError("no keyring of a desktop answers here; with --vault DIR a demo needs none") from error
