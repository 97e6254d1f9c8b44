"""`visits update add|give|none|list`: which release of their own software laptops may fetch from this service."""

import argparse
import hashlib
import os
from pathlib import Path

from contract.manifest import LONGEST_BYTES, MANIFEST, Manifest, ManifestRefused, keys_in, manifest_in
from contract.strict import Malformed
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.updates import add_release, current_version, default_updates, give_none, give_release, releases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("what", choices=["add", "give", "none", "list"], help="add one and give it, or give another")
    parser.add_argument("which", nargs="?", metavar="FOLDER|VERSION", help="a release's folder, or one that is here")
    parser.add_argument("--release-key", type=Path, metavar="FILE", help="release-key.json, to check it with")


def act(arguments: argparse.Namespace) -> int:
    """Do it. Raises ServiceError or OSError."""
    folder, which = default_updates(arguments.db), arguments.which
    if (which is None) is (arguments.what in ("add", "give")):
        raise ServiceError("expected `update add FOLDER`, `update give VERSION`, `update none` or `update list`")
    if arguments.what == "add":
        _add(folder, Path(which), arguments.release_key)
    elif arguments.what == "give":
        give_release(folder, which)
        say(f"Laptops are given {which}.")
    elif arguments.what == "none":
        give_none(folder)
        say("Laptops are given no release.")
    else:
        now = current_version(folder)
        lines = [f"{each}{' (given to laptops)' if each == now else ''}" for each in releases(folder)]
        say("\n".join(lines) or "There is none.")
    return 0


def _add(folder: Path, release: Path, key: Path | None) -> None:
    if key is None:
        raise ServiceError("say --release-key: a release is checked before laptops are given it")
    manifest = _checked(release, key)
    names = (MANIFEST, *manifest.files)
    add_release(folder, manifest.version, {name: release / name for name in names})
    say(f"Laptops are given {manifest.version}. They fetch it outside call hours, and never while a booking is near.")


def _checked(release: Path, key: Path) -> Manifest:
    """What the release's manifest says, and its files are. Raises ServiceError or OSError."""
    try:
        with (release / MANIFEST).open("rb") as file:
            manifest = manifest_in(file.read(LONGEST_BYTES + 1), keys_in(key.read_bytes()))
    except Malformed as error:
        raise ServiceError(f"{key} is no list of release keys") from error
    except ManifestRefused as error:
        raise ServiceError(f"the release was refused: {error}") from error
    for name, facts in manifest.files.items():
        if _digest(release / name) != (facts.size, facts.sha256):
            raise ServiceError(f"{name} is not what was signed: copy the release again")
    return manifest


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
