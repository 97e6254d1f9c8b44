"""`visits keys`: which keys count, a new one beside the old, the end of the old one, and saying it all again."""

import argparse
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from contract.key_set import KeySet
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.keys.folder import default_folder, read_key_set, read_keys
from visits.keys.rotation import Rotation, keys_document
from visits.keys.signer import DOCUMENTS, POLICY, DocumentSigner
from visits.store.database import Database
from visits.store.key_sets import has_policy_out, publish_keys, untold_laptops


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("what", choices=["show", "rotate", "retire", "publish"], help="what to do with them")
    parser.add_argument("key_id", metavar="KEY_ID", nargs="?", help="which key to retire")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--documents", action="store_true", help="rotate what signs sheets, rosters and the time")
    which.add_argument("--policy", action="store_true", help="rotate what signs policies and which keys count")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="the service's keys (default: beside the database)")
    parser.add_argument("--policy-key", type=Path, metavar="FILE", help="the policy key, if it is kept elsewhere")
    parser.add_argument(
        "--even-if-untold", action="store_true", help="retire although laptops were not connected since the rotation"
    )


def act(arguments: argparse.Namespace) -> int:
    """Do it. Raises ServiceError or OSError."""
    rotation = Rotation(arguments.keys or default_folder(arguments.db), arguments.policy_key)
    with opened(arguments.db) as database:
        match arguments.what:
            case "show":
                _show(rotation.folder, database)
            case "rotate":
                _rotate(arguments, rotation, database)
            case "publish":
                rotation.publish(partial(_publish, database))
                say("Every laptop is sent again which keys count.")
            case _:
                _retire(arguments, rotation, database)
    return 0


def _show(folder: Path, database: Database) -> None:
    signing = read_keys(folder).signer.key_id
    for key in read_key_set(folder).keys:
        kinds = ", ".join(sorted(kind.removeprefix("visit-") for kind in key.signs))
        say(f"{key.key_id}  {key.use}  signs {kinds}{'  (in use by the service)' if key.key_id == signing else ''}")
    untold = database.read(untold_laptops, datetime.now(UTC))
    if untold:
        say(f"Not yet told of the last change: {', '.join(untold)}.")


def _rotate(arguments: argparse.Namespace, rotation: Rotation, database: Database) -> None:
    if arguments.documents == arguments.policy:
        raise ServiceError("say which key: --documents, or --policy")
    key_id = rotation.rotate(DOCUMENTS if arguments.documents else POLICY, partial(_publish, database))
    say(f"{key_id} signs from now on. The key before still counts until `visits keys retire` ends it.")


def _retire(arguments: argparse.Namespace, rotation: Rotation, database: Database) -> None:
    if arguments.key_id is None:
        raise ServiceError("say which key: `visits keys show` names them")
    if database.read(has_policy_out, arguments.key_id):
        raise ServiceError(f"{arguments.key_id} has signed a policy that laptops have now: publish it anew first")
    untold = database.read(untold_laptops, datetime.now(UTC))
    if untold and not arguments.even_if_untold:
        raise ServiceError(f"not told of the new key yet: {', '.join(untold)}. Connect them, or say --even-if-untold.")
    rotation.retire(arguments.key_id, partial(_publish, database))
    say(f"{arguments.key_id} has ended.")


def _publish(database: Database, keys: KeySet, signer: DocumentSigner) -> None:
    now = datetime.now(UTC)
    database.write(
        publish_keys, lambda establishment, serial: keys_document(keys, signer, establishment, serial, now), now
    )
