"""`visits enrol-code --laptop NAME`: a code that enrols one laptop, once; a laptop enrolled before is enrolled anew."""

import argparse
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from contract.enrol_code import SECRET_BYTES, EnrolCode
from contract.words import Use
from visits.cli.account import account
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.keys.authority import LONGEST_NAME_BYTES
from visits.keys.folder import default_folder, read_keys
from visits.store.identities import NewCode, keep_code, laptop_named
from visits.store.laptops import only_establishment
from visits.tokens import digest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument(
        "--laptop", required=True, type=_name, metavar="NAME", help="as on the label, such as “Visits room 2”"
    )
    parser.add_argument("--hours", type=_hours, default=24, metavar="N", help="how long it may be used (%(default)s)")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="the service's keys (default: beside the database)")


def act(arguments: argparse.Namespace) -> int:
    """Make it and print it. It is not kept here and cannot be shown again."""
    keys = read_keys(arguments.keys or default_folder(arguments.db))
    code = EnrolCode.of(secrets.token_bytes(SECRET_BYTES), keys.authority.der)
    now = datetime.now(UTC)
    kept = NewCode(digest(code.secret), now, now + timedelta(hours=arguments.hours), account())
    with opened(arguments.db) as database:
        database.write(_keep, arguments.laptop, keys.signer.use, kept)
    say(str(code))
    return 0


def _keep(session: Session, name: str, use: Use, code: NewCode) -> None:
    row = laptop_named(session, name, only_establishment(session))
    if row.establishment.use is not use:
        raise ServiceError(f"the establishment is {row.establishment.use}, and the keys are for {use} use")
    keep_code(session, row.id, code)


def _name(text: str) -> str:
    if not text.strip() or text != text.strip() or not text.isprintable() or len(text.encode()) > LONGEST_NAME_BYTES:
        raise argparse.ArgumentTypeError(f"expected a name of at most {LONGEST_NAME_BYTES} bytes")
    return text


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= 24 * 31:
        raise argparse.ArgumentTypeError("expected hours, up to 744")
    return hours
