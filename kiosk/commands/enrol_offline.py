"""`kiosk enrol-offline`: enrolment by files, where a laptop cannot reach its service. Its keys are made here and stay.

`ask` writes what is carried to the service (`visits enrol-offline`), `take` reads what comes back. Between the two
the laptop keeps what it asked with, so that no other answer can make it somebody else's.
"""

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import StringConstraints, TypeAdapter

from contract.enrol_code import EnrolCode, fingerprint
from contract.enrolment import ENROL_ASKED, ENROLLED, EnrolAsked, Enrolled, ServiceUrl
from contract.strict import Malformed, Message, parse
from contract.words import Pem, Use
from kiosk.certificates import issued, read, request_for
from kiosk.commands.enrol import IDENTITY, STATE, check_free, code_in, identity_of, service_in, vault_to_write
from kiosk.errors import LockdownError, Refused, Unavailable, Untrusted
from kiosk.lockdown.former_enrolment import forget_former
from kiosk.lockdown.identity_file import find_identity, keep_identity, read_certificate
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.new_keys import NewKeys
from kiosk.lockdown.platform import find_platform
from kiosk.lockdown.state_file import replace_file
from kiosk.ports import Vault

ASKED: Final = "enrol-asked.json"  # in the guard's folder
LONGEST_BYTES: Final = 65_536
TOOLS_WITHIN_S: Final = 30.0


class Asked(Message):
    """What this laptop asked with, and of whom: nothing of it is secret."""

    service: ServiceUrl
    fingerprint: Annotated[str, StringConstraints(max_length=64)]
    request: Pem


_ASKED: Final = TypeAdapter(Asked)


def main(arguments: Sequence[str]) -> None:
    """Ask, or take the answer. Raises KioskError with one sentence."""
    options = _parser().parse_args(arguments)
    machine = Machine(tools_within_s=TOOLS_WITHIN_S)
    on_laptop = find_platform(machine) is not None
    if options.what == "ask":
        vault = vault_to_write(machine, options.vault, on_laptop=on_laptop)
        question = ask(options.state, vault, service_in(options.service), code_in(options.code), options.identity)
        _write(options.file, question.model_dump_json().encode())
    else:
        enrolled = take(options.state, options.identity, _bytes_of(options.file), on_laptop=on_laptop)
        sys.stdout.write(f"This laptop is now {enrolled.laptop} of {enrolled.establishment}. Restart it.\n")


def ask(state: Path, vault: Vault, service: str, code: EnrolCode, identity: Path) -> EnrolAsked:
    """New keys, and the question that goes with them. Raises Refused for an enrolled laptop, and Unavailable."""
    check_free(identity, replace=False)
    keys = NewKeys.made()
    request = request_for(keys.tls)
    keys.keep(vault)
    _write(state / ASKED, _ASKED.dump_json(Asked(service=service, fingerprint=code.fingerprint, request=request)))
    return EnrolAsked(code=code.secret, request=request, sealing_key=keys.sealing_public)


def take(state: Path, identity: Path, untrusted_answer: bytes, *, on_laptop: bool) -> Enrolled:
    """Be whom the answer says, if it is the answer to what was asked here. Raises Refused and Unavailable.

    Safe twice: an answer that has been taken is taken again.
    """
    if (taken := _taken(identity, untrusted_answer)) is not None:
        return taken
    try:
        asked = parse(_bytes_of(state / ASKED), _ASKED, LONGEST_BYTES)
        answer = _checked(parse(untrusted_answer, ENROLLED, LONGEST_BYTES), asked)
    except (Malformed, Untrusted, InvalidSignature, ValueError) as error:
        raise Refused(f"This is not the answer to what this laptop asked: {error}.") from error
    if answer.use is not (Use.LIVE if on_laptop else Use.DEMO):
        raise Refused("A demo's service enrols no laptop, and a laptop's service no demo.")
    try:
        forget_former(state)
        keep_identity(identity, identity_of(asked.service, answer), answer.certificate)
    except OSError as error:
        raise Unavailable(f"The identity cannot be written to {identity}: {error.strerror}.") from error
    with contextlib.suppress(OSError):
        (state / ASKED).unlink()
    return answer


def has_asked(state: Path, question: bytes) -> bool:
    """Whether this is the question that waits here for its answer."""
    try:
        asked = parse(_bytes_of(state / ASKED), _ASKED, LONGEST_BYTES)
        return parse(question, ENROL_ASKED, LONGEST_BYTES).request == asked.request
    except (Malformed, Refused, Unavailable):
        return False


def _taken(identity: Path, untrusted_answer: bytes) -> Enrolled | None:
    """The answer, if it is the one that this laptop's identity is from."""
    try:
        answer = parse(untrusted_answer, ENROLLED, LONGEST_BYTES)
        known = find_identity(identity)
        is_from_it = known is not None and read_certificate(identity) == answer.certificate
    except (Malformed, LockdownError):
        return None
    return answer if is_from_it else None


def _checked(answer: Enrolled, asked: Asked) -> Enrolled:
    """Raises Untrusted."""
    if fingerprint(read(answer.authority).public_bytes(Encoding.DER)) != asked.fingerprint:
        raise Untrusted("it is by another service than the one that made the code")
    key = x509.load_pem_x509_csr(asked.request.encode()).public_key()
    certificate = issued(answer.certificate, key, answer.authority)
    if [str(found.value) for found in certificate.subject] != [answer.laptop]:
        raise Untrusted("its certificate is for another laptop")
    return answer


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise Refused(f"There is no {file.name}: this laptop has asked nothing, or the file is elsewhere.") from error
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}.") from error


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, content)
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk enrol-offline", description="Enrol this laptop by files.", allow_abbrev=False
    )
    does = parser.add_subparsers(required=True, dest="what", metavar="COMMAND")
    asks = does.add_parser("ask", help="make keys, and the file that is carried to the service")
    asks.add_argument("--service", required=True, help="its laptops' listener, as https://NAME:PORT")
    asks.add_argument("--code", required=True, help="what `visits enrol-code` printed")
    asks.add_argument("--vault", type=Path, help="a demo's folder for its secrets, which are not encrypted there")
    takes = does.add_parser("take", help="read the service's answer")
    for each in (asks, takes):
        each.add_argument("--file", type=Path, required=True, help="the file")
        each.add_argument("--identity", type=Path, default=Path(IDENTITY), help="folder of its identity (%(default)s)")
        each.add_argument("--state", type=Path, default=Path(STATE), help="the guard's folder (%(default)s)")
    return parser
