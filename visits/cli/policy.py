"""`visits policy`: check, sign, show, compare and publish the rules of an establishment. Other files do the work.

Ends with 0; with 1 when something is refused; with 3 when a policy is allowed but odd, or two policies differ.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import assets
from contract.envelope import sealed
from contract.key_set import KeySet
from contract.policy import Policy
from contract.signed_policy import header_for
from contract.words import Use
from visits.cli.opened import opened
from visits.cli.policy_files import (
    Signed,
    entry_of,
    keys_from,
    listener_of,
    policy_from,
    private_key_from,
    signed_from,
    text_in,
)
from visits.cli.say import complain, say
from visits.domain.policy_lint import oddities
from visits.domain.policy_reach import Listener, cuts_off, is_cut_off
from visits.domain.policy_words import changes
from visits.errors import ServiceError
from visits.keys.folder import KEYS_JSON, default_folder
from visits.store.policies import publish_policy

EXAMPLE: Final = "policy/example.toml"
REMARKABLE: Final = 3  # status: odd, or different


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "example", "print a complete policy with every default, to begin with", _example)
    lint = _file(_command(commands, "lint", "check a policy, and say what in it is odd", _lint))
    lint.add_argument("--db", type=Path, metavar="FILE", help="a service's SQLite file: its laptops' listener is known")
    _listener_argument(lint)
    sign = _file(_command(commands, "sign", "sign a policy", _sign))
    sign.add_argument("--key", type=Path, required=True, help="the private key that signs policies (policy.key)")
    sign.add_argument("--keys", type=Path, help="the key set (default: keys.json beside the key)")
    sign.add_argument("--out", type=Path, help="where to write it (default: FILE with .jws)")
    show = _file(_command(commands, "show", "print a signed policy, who signed it, for whom, until when", _show))
    show.add_argument("--keys", type=Path, help="the key set to check the signature with")
    compare = _command(commands, "diff", "say what has changed between two policies, signed or not", _diff)
    compare.add_argument("before", type=Path, metavar="A")
    compare.add_argument("after", type=Path, metavar="B")
    publish = _file(_command(commands, "publish", "put a signed policy in force, on connected laptops too", _publish))
    publish.add_argument("--db", type=Path, required=True, metavar="FILE", help="the SQLite file")
    publish.add_argument("--keys", type=Path, help="the key set (default: keys.json in the folder of keys)")
    publish.add_argument("--force", action="store_true", help="also one by which laptops may not reach the service")
    _listener_argument(publish)


def act(arguments: argparse.Namespace) -> int:
    """Do one of them. Raises ServiceError, or OSError for a file that cannot be read or written."""
    status: int = arguments.act_on_policy(arguments)
    return status


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    what: str,
    deed: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    command.set_defaults(act_on_policy=deed)
    return command


def _listener_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--laptop-service",
        metavar="ADDRESS:PORT",
        action="append",
        default=[],
        help="where laptops reach the service (default: any address in the certificate of their listener)",
    )


def _check_reach(policy: Policy, listener: Listener, *, force: bool) -> None:
    """Raises ServiceError for a policy that would leave laptops without their service, unless told to go on."""
    if is_cut_off(policy, listener):
        if not force:
            raise ServiceError(f"{cuts_off(listener)} Put that right, or say --force.")
        complain(f"odd: {cuts_off(listener)}")
    elif policy.network is not None and policy.use is not Use.DEMO and not listener.is_known:
        complain("odd: nobody knows whether laptops reach the service by network.services: say --laptop-service.")


def _file(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("file", type=Path, metavar="FILE")
    return command


def _example(_arguments: argparse.Namespace) -> int:
    sys.stdout.write(assets.text(EXAMPLE))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    policy = policy_from(arguments.file)
    odd, listener = oddities(policy, datetime.now(UTC)), listener_of(arguments.laptop_service, arguments.db)
    if is_cut_off(policy, listener):
        odd.append(cuts_off(listener))
    for sentence in odd:
        say(f"odd: {sentence}")
    if not odd:
        say("Every field is in order.")
    return REMARKABLE if odd else 0


def _sign(arguments: argparse.Namespace) -> int:
    text, policy = text_in(arguments.file), policy_from(arguments.file)
    now = datetime.now(UTC)
    if policy.valid_until <= now:
        raise ServiceError(f"{arguments.file} has expired: no laptop would take it. Change valid_until.")
    for sentence in oddities(policy, now):
        complain(f"odd: {sentence}")
    key, where = private_key_from(arguments.key), arguments.keys or arguments.key.with_name("keys.json")
    entry = entry_of(key, keys_from(where), where)
    if entry.use is not policy.use:
        raise ServiceError(f"By {where} this key signs for {entry.use} use, and the policy is for {policy.use} use.")
    out = arguments.out or arguments.file.with_suffix(".jws")
    out.write_text(sealed(header_for(policy, entry.key_id, entry.issuer), text.encode(), key) + "\n")
    say(f"{out}: policy {policy.serial} of {policy.establishment}, signed with {entry.key_id}.")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    keys: KeySet | None = None if arguments.keys is None else keys_from(arguments.keys)
    found = signed_from(arguments.file, keys)
    for line in _about(found):
        say(f"# {line}")
    for line in found.text.splitlines():
        say(line if line.replace("\t", " ").isprintable() else ascii(line)[1:-1])
    return 0


def _about(found: Signed) -> list[str]:
    header, whom = found.header, found.header.aud
    by = f"Signed by {header.iss} with the key {header.kid}" if found.checked else f"Says it is signed by {header.iss}"
    return [
        f"{by}{'.' if found.checked else '; the signature was not checked (use --keys).'}",
        f"Policy {header.serial} for {whom.laptop or 'every laptop'} of {whom.establishment}, {header.use} use.",
        f"Valid from {header.not_before:%Y-%m-%d %H:%M} until {header.expires:%Y-%m-%d %H:%M} UTC.",
    ]


def _diff(arguments: argparse.Namespace) -> int:
    changed = changes(policy_from(arguments.before), policy_from(arguments.after))
    for sentence in changed:
        say(sentence)
    if not changed:
        say("Nothing has changed.")
    return REMARKABLE if changed else 0


def _publish(arguments: argparse.Namespace) -> int:
    keys = arguments.keys or default_folder(arguments.db) / KEYS_JSON
    found = signed_from(arguments.file, keys_from(keys))
    if found.policy.valid_until <= datetime.now(UTC):
        raise ServiceError(f"{arguments.file} has expired: no laptop would take it.")
    _check_reach(found.policy, listener_of(arguments.laptop_service, arguments.db), force=arguments.force)
    with opened(arguments.db) as database:
        count = database.write(publish_policy, found.policy, found.document)
    laptops = "1 laptop" if count == 1 else f"{count} laptops"
    say(f"Policy {found.policy.serial} of {found.policy.establishment} is out, for {laptops}.")
    return 0
