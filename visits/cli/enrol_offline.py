"""`visits enrol-offline`: answers a laptop that asks by a file, at a site without the service. Once a code."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from contract.enrolment import ENROL_ASKED, EnrolAsked, Enrolled
from contract.refusals import SENTENCE
from contract.strict import Malformed, parse
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import Refused, ServiceError
from visits.keys.folder import ServiceKeys, default_folder, read_keys
from visits.keys.request import key_in
from visits.keys.sealing import check_sealing_key
from visits.store.database import Database
from visits.store.identities import enrol
from visits.tokens import digest

LONGEST_BYTES: Final = 32_768
CERTIFICATE_LASTS: Final = timedelta(days=180)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("question", type=Path, metavar="FILE", help="what the laptop wrote, question-SERIAL.json")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="the service's keys (default: beside the database)")


def act(arguments: argparse.Namespace) -> int:
    """Enrol it and write the answer beside the question; a question that is refused does not use up its code."""
    asked, place = _asked(arguments.question), answer_place(arguments.question)
    if place.exists():
        raise ServiceError(f"{place} is there already: this question has been answered")
    keys = read_keys(arguments.keys or default_folder(arguments.db))
    with opened(arguments.db) as database:
        try:
            answer = answered(database, keys, asked, datetime.now(UTC))
        except Refused as refused:
            raise ServiceError(SENTENCE[refused.code].rstrip(".")) from refused
    place.write_text(answer.model_dump_json())
    say(f"{answer.laptop} is enrolled, once it has {place.name}.")
    return 0


def answered(database: Database, keys: ServiceKeys, asked: EnrolAsked, now: datetime) -> Enrolled:
    """The answer to the question. Raises Refused."""
    key = key_in(asked.request)
    check_sealing_key(asked.sealing_key)
    done = database.write(
        enrol,
        digest(asked.code),
        key,
        asked.sealing_key,
        now,
        lambda name, wanted: keys.authority.for_laptop(name, wanted, now, CERTIFICATE_LASTS),
    )
    establishment = done.laptop.establishment
    return Enrolled(
        establishment=establishment.name,
        laptop=done.laptop.name,
        use=establishment.use,
        certificate=done.issued.pem,
        authority=keys.authority.pem,
        keys=keys.key_set,
        server_time=now,
        replaces=done.replaces,
    )


def answer_place(question: Path) -> Path:
    """Where the laptop looks for the answer."""
    return question.with_name(f"answer-{question.name.removeprefix('question-')}")


def _asked(file: Path) -> EnrolAsked:
    """Raises ServiceError or OSError."""
    with file.open("rb") as opened_file:
        untrusted = opened_file.read(LONGEST_BYTES + 1)
    try:
        return parse(untrusted, ENROL_ASKED, LONGEST_BYTES)
    except Malformed as error:
        raise ServiceError(f"{file} is no question of a laptop: {error.where}") from error
