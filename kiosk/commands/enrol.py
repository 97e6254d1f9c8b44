"""`kiosk enrol`: makes this laptop one of a service's own, once, with a code. Its keys are made here and stay here."""

import argparse
import asyncio
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from contract.enrol_code import LENGTH, EnrolCode
from contract.enrolment import Enrolled, Identity
from contract.words import Use
from kiosk.commands.desktop import own_folders
from kiosk.errors import LockdownError, Refused, Unavailable
from kiosk.link.enrolling import enrol
from kiosk.lockdown.credential_files import CredentialFiles
from kiosk.lockdown.enrolling_line import enrolling_line
from kiosk.lockdown.former_enrolment import forget_former
from kiosk.lockdown.identity_file import find_identity, forget_identity, keep_identity
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.new_keys import NewKeys
from kiosk.lockdown.platform import find_platform
from kiosk.lockdown.vault import open_vault
from kiosk.ports import Vault

IDENTITY: Final = "/var/lib/visit-kiosk/identity"
STATE: Final = "/var/lib/visit-kiosk"
NEW_CODE: Final = "This laptop is not enrolled. Put that right, and ask for a new code."
TPM_WITHIN_S: Final = 30.0
CREDENTIALS: Final = Path("/var/lib/visit-kiosk/credentials")


def main(arguments: Sequence[str] | None = None, machine: Machine | None = None) -> None:
    """Enrol this laptop. Raises KioskError with one sentence, and then it is as it was, or not enrolled."""
    options = _parser().parse_args(arguments)
    machine = machine or Machine(tools_within_s=TPM_WITHIN_S)
    platform = find_platform(machine)
    on_laptop = platform is not None
    state = options.state or (machine.path(STATE) if on_laptop else None)
    folder = options.identity or (Path(IDENTITY) if on_laptop else own_folders(os.environ).identity)
    service, code = service_in(options.service), code_in(options.code)
    vault = vault_to_write(machine, options.vault, on_laptop=on_laptop)
    check_free(folder, replace=options.replace)
    keys = NewKeys.made()
    _try(folder, vault, keys, replace=options.replace)
    with enrolling_line(machine, platform):
        enrolled = asyncio.run(enrol(service, code, keys.tls, keys.sealing_public))
    _check_use(enrolled.use, on_laptop=on_laptop)
    keep(folder, vault, keys, identity_of(service, enrolled), enrolled.certificate, state)
    sys.stdout.write(_done(enrolled, on_laptop=on_laptop))


def _try(folder: Path, vault: Vault, keys: NewKeys, *, replace: bool) -> None:
    """What cannot be written is known before the code is spent; secrets of an identity there is are left alone.

    Raises Unavailable.
    """
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise Unavailable(f"The identity cannot be written to {folder}: {error.strerror}.") from error
    if not replace:
        keys.keep(vault)


def keep(
    folder: Path, vault: Vault, keys: NewKeys, identity: Identity, certificate: str, state: Path | None = None
) -> None:
    """The former identity goes first, then what was kept by it in `state`; secrets come, the identity last.

    Cut off anywhere between, this laptop is not enrolled. Raises Unavailable: the code is spent by then.
    """
    try:
        forget_identity(folder)
        if state is not None:
            forget_former(state)
        keys.keep(vault)
        keep_identity(folder, identity, certificate)
    except OSError as error:
        raise Unavailable(f"{error.filename or folder} cannot be written: {error.strerror}. {NEW_CODE}") from error
    except Unavailable as error:
        raise Unavailable(f"{str(error).rstrip('.')}. {NEW_CODE}") from error


def service_in(url: str) -> str:
    """The service's address, without its last slash. Raises Refused."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or "@" in parts.netloc:
        raise Refused("The service's address is https://NAME:PORT and no more.")
    return url.rstrip("/")


def code_in(untrusted: str) -> EnrolCode:
    """The code that somebody typed. Raises Refused."""
    try:
        return EnrolCode.parse(untrusted)
    except ValueError as error:
        raise Refused(f"This is no enrolment code: it has {LENGTH} letters and digits. Type it again.") from error


def vault_to_write(machine: Machine, folder: Path | None, *, on_laptop: bool) -> Vault:
    """Where new keys are kept. Raises Refused."""
    reading = open_vault(on_laptop=on_laptop, folder=folder)
    return CredentialFiles(machine.path(str(CREDENTIALS)), machine.run) if on_laptop else reading


def check_free(folder: Path, *, replace: bool) -> None:
    """Raises Refused for a laptop that has an identity, unless that is to be replaced."""
    if replace:
        return
    try:
        known = find_identity(folder)
    except LockdownError as error:
        raise Refused(f"{error} Say --replace to do so.") from error
    if known is not None:
        raise Refused(
            f"This laptop is already enrolled, as {known.laptop} of {known.establishment}. "
            "Say --replace to end that identity and give it a new one."
        )


def _check_use(use: Use, *, on_laptop: bool) -> None:
    if use is not (Use.LIVE if on_laptop else Use.DEMO):
        raise Refused(
            "This service is for demos; a laptop is enrolled by a real one."
            if on_laptop
            else "This machine is no locked-down laptop, so only a demo's service enrols it."
        )


def identity_of(service: str, enrolled: Enrolled) -> Identity:
    """What the laptop keeps of the answer."""
    return Identity(
        service=service,
        establishment=enrolled.establishment,
        laptop=enrolled.laptop,
        use=enrolled.use,
        authority=enrolled.authority,
        keys=enrolled.keys,
        enrolled_at=enrolled.server_time,
        replaces=enrolled.replaces,
    )


def _done(enrolled: Enrolled, *, on_laptop: bool) -> str:
    said = f"This laptop is now {enrolled.laptop} of {enrolled.establishment}."
    said += " Whatever had this name before is known no longer." if enrolled.replaces else ""
    return said + (" Restart it.\n" if on_laptop else "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk enrol", description="Make this laptop one of a service's own.", allow_abbrev=False
    )
    parser.add_argument("--service", required=True, help="the laptops' listener of the service, as https://NAME:PORT")
    parser.add_argument("--code", required=True, help="what `visits enrol-code` printed; it works once")
    parser.add_argument(
        "--identity", type=Path, help=f"folder for its identity (a laptop's: {IDENTITY}; a desktop's: the user's own)"
    )
    parser.add_argument(
        "--state", type=Path, help=f"the guard's folder, where the former enrolment ends (a laptop's: {STATE})"
    )
    parser.add_argument("--vault", type=Path, help="a demo's folder for its secrets, which are not encrypted there")
    parser.add_argument("--replace", action="store_true", help="end the identity it has, and give it a new one")
    return parser
