"""`python -m installer.release key|sign`: for the release manager, on a machine without a network."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from installer.release.signing import PUBLIC, Wrong, is_locked, key_id_beside, make_key, read_key, sign


def main(arguments: Sequence[str] | None = None) -> int:
    """Do it; what goes wrong is one sentence and status 1."""
    options = _parser().parse_args(arguments)
    try:
        options.act(options)
    except (Wrong, OSError) as error:
        sys.stderr.write(f"release: {error}\n")
        return 1
    return 0


def _key(options: argparse.Namespace) -> None:
    make_key(options.key, options.key_id, _passphrase() if options.passphrase else None)
    public = options.key.with_name(PUBLIC)
    sys.stdout.write(f"{options.key} signs releases: keep it offline. {public} goes into the image.\n")


def _sign(options: argparse.Namespace) -> None:
    said = {"version": options.version, "root_hash": options.root_hash, "least_version_to_come_from": options.follows}
    key = read_key(options.key, _passphrase() if is_locked(options.key) else None)
    manifest = sign(options.folder, key, key_id_beside(options.key, key), said, datetime.now(UTC))
    size = sum(each.size for each in manifest.files.values()) // 1_000_000
    sys.stdout.write(f"Release {manifest.version} is signed: {len(manifest.files)} files, {size} MB.\n")


def _passphrase() -> str:
    return getpass.getpass("Passphrase of the key: ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m installer.release", description="Sign releases of the image.")
    commands = parser.add_subparsers(required=True, metavar="key|sign")
    key = commands.add_parser("key", help="make a key that signs releases")
    key.add_argument("--key-id", required=True, metavar="ID", help=f"its name, for {PUBLIC}")
    key.add_argument("--passphrase", action="store_true", help="lock it with one, which is asked for")
    signing = commands.add_parser("sign", help="write manifest.jws for the files in a folder")
    signing.add_argument("folder", type=Path, help="root.erofs, root.verity, visit-laptop.efi, and what else belongs")
    signing.add_argument("--version", required=True, help="such as 0.1.0.214")
    signing.add_argument("--root-hash", required=True, help="of the hash tree, as the kernel image names it")
    signing.add_argument("--follows", default="0", metavar="VERSION", help="the oldest that it may follow directly")
    for command, act in ((key, _key), (signing, _sign)):
        command.add_argument(
            "--key", type=Path, required=True, metavar="FILE", help=f"the private key; {PUBLIC} beside"
        )
        command.set_defaults(act=act)
    return parser


if __name__ == "__main__":
    sys.exit(main())
