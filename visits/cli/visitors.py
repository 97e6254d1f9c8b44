"""`visits visitors`: who may visit whom, with the ids that other commands take."""

import argparse

from visits.cli.opened import opened
from visits.cli.say import say
from visits.domain.records import Vetting, Visitor
from visits.store.vetting import contacts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--prisoner", metavar="NUMBER", help="only those of this prisoner")


def act(arguments: argparse.Namespace) -> int:
    """List them."""
    with opened(arguments.db) as database:
        listed = database.read(contacts, arguments.prisoner)
    say("\n".join(f"{number}  {_text(visitor)}" for number, visitor in listed) or "There is no such visitor.")
    return 0


def _text(visitor: Visitor) -> str:
    approved = "; ".join(_approval(each) for each in visitor.vettings) or "not approved"
    return f"{visitor.visitor_id}  {visitor.name} ({visitor.relation}): {approved}"


def _approval(vetting: Vetting) -> str:
    ended = "" if vetting.revoked_at is None else f", {vetting.revoked_as} on {vetting.revoked_at:%Y-%m-%d}"
    return f"{vetting.valid_from} to {vetting.valid_until}{ended}"
