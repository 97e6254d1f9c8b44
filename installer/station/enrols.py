"""Enrolment by the product's own commands, in the /var that will be the laptop's. It knows no key."""

import contextlib
import io
from pathlib import Path
from typing import Final

from kiosk.commands import enrol
from kiosk.commands.enrol_offline import ask, take
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine

FOLDERS: Final = ((enrol.STATE, 0o700), (enrol.IDENTITY, 0o755), (str(enrol.CREDENTIALS), 0o700))


class ByTheProduct:
    """`kiosk enrol` and `kiosk enrol-offline`, as they are on the laptop. What they print is not for this screen."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def enrol(self, service: str, code: str) -> None:
        """Over the network. Raises KioskError."""
        self._make_folders()
        words = ("--service", service, "--code", code, "--identity", str(self._machine.path(enrol.IDENTITY)))
        with contextlib.redirect_stdout(io.StringIO()):
            enrol.main(words, self._machine)

    def ask(self, service: str, code: str) -> bytes:
        """What is carried to the service. Raises KioskError."""
        self._make_folders()
        vault = enrol.vault_to_write(self._machine, None, on_laptop=True)
        question = ask(self._state, vault, enrol.service_in(service), enrol.code_in(code), self._identity)
        return question.model_dump_json().encode()

    def take(self, untrusted_answer: bytes) -> None:
        """What it answered. Raises KioskError."""
        take(self._state, self._identity, untrusted_answer, on_laptop=True)

    @property
    def _state(self) -> Path:
        return self._machine.path(enrol.STATE)

    @property
    def _identity(self) -> Path:
        return self._machine.path(enrol.IDENTITY)

    def _make_folders(self) -> None:
        """As systemd-tmpfiles has them on the laptop."""
        try:
            for place, mode in FOLDERS:
                self._machine.path(place).mkdir(mode=mode, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"{error.filename} cannot be made: {error.strerror}.") from error
