"""What a program of a desktop's session does with the vault; says what came of it. Run inside a session bus."""

import json
import subprocess
import sys
from contextlib import suppress

from kiosk.errors import Unavailable
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName


def main() -> None:
    """Start a keyring, keep secrets in it twice, and read them as another program would."""
    keyring = subprocess.Popen(
        ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert keyring.stdin is not None
        assert keyring.stdout is not None
        keyring.stdin.write(b"a password of the test's own")
        keyring.stdin.close()
        keyring.stdout.readline()  # it has its name on the bus
        json.dump(found(), sys.stdout)
    finally:
        keyring.terminate()
        keyring.wait(10)


def found() -> dict[str, str | None]:
    """What the vault has at first, and after two secrets were kept one after the other."""
    first = None
    with suppress(Unavailable):
        first = open_vault(on_laptop=False).read(SecretName.TLS_KEY)
    for secret in ("first", "-----BEGIN\nsecond\n-----END\n"):
        open_vault(on_laptop=False).write(SecretName.TLS_KEY, secret)
    return {"before": first, "after": open_vault(on_laptop=False).read(SecretName.TLS_KEY)}


if __name__ == "__main__":
    main()
