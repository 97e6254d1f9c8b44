"""`kiosk slips`: printable slips of one day, for prisoners and for officers, from what this laptop keeps of it.

On a laptop it runs as root, with the guard's credentials (docs/day-pack.md). Whoever prints them looks after them.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication, QImage

from contract.enrolment import Identity
from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.environment import qt_plugins
from kiosk.lockdown.own import own_from
from kiosk.lockdown.pack_opening import key_in
from kiosk.lockdown.platform import find_platform
from kiosk.lockdown.state_file import replace_file
from kiosk.slips.officers import officers_slips
from kiosk.slips.prisoner import prisoners_slips
from kiosk.slips.reading import photo_in, sheet_in
from kiosk.slips.words import Language
from kiosk.ui.fonts import load_fonts
from kiosk.ui.photos import decode

STATE: Final = "/var/lib/visit-kiosk"
NOWHERE: Final = "libqoffscreen.so"  # a laptop has it apart, since its shell may draw by Wayland only
APART: Final = Path("/usr/lib/visit-kiosk/slips/platforms")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write both files and say where they are. Raises KioskError with one sentence."""
    options = _parser().parse_args(arguments)
    own = own_from(options.identity, options.vault, on_laptop=find_platform(Machine()) is not None)
    if own.identity is None:
        raise Refused("This laptop is not enrolled, so it has no call sheet.")
    pack = _pack(options.state, key_in(own.vault))
    for path in write(pack, own.identity, options, datetime.now(UTC)):
        sys.stdout.write(f"{path}\n")


def write(pack: DayPack, identity: Identity, options: argparse.Namespace, now: datetime) -> tuple[Path, Path]:
    """Draw both and have them on the disk, for their owner only. Raises KioskError."""
    sheet = sheet_in(pack, options.state, identity, options.date, now)
    application()
    load_fonts()
    found = photo_in(pack)

    def picture(sha256: str) -> QImage | None:
        content = found(sha256)
        return None if content is None else decode(content)

    prisoners = options.out / f"slips-prisoners-{sheet.day}.pdf"
    officers = options.out / f"slips-officers-{sheet.day}.pdf"
    try:
        options.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(prisoners, prisoners_slips(sheet, options.language))
        replace_file(officers, officers_slips(sheet, picture))
    except OSError as error:
        raise Unavailable(f"The slips cannot be written to {options.out}: {error.strerror}.") from error
    return prisoners, officers


def _pack(state: Path, key: bytes | None) -> DayPack:
    if key is None:
        raise Unavailable("What this laptop keeps of the day opens only for the guard. Run this with its credentials.")
    return DayPack(state, key, damaged=None)


def application() -> QGuiApplication:
    """Qt needs one to set type; it has no screen."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    return QGuiApplication(["kiosk", *_drawn_nowhere()])


def _drawn_nowhere() -> Sequence[str]:
    """How Qt is told to have no screen. Raises Unavailable; without that it would end this process itself."""
    usual = qt_plugins()
    for folder in (APART, *(() if usual is None else (usual / "platforms",))):
        if (folder / NOWHERE).is_file():
            return "-platform", "offscreen", "-platformpluginpath", str(folder)
    raise Unavailable("Slips cannot be made here: a part of this software is missing. Ask IT to install it again.")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written as 2026-11-23") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk slips", description="Printable slips of one day, as two PDF files.", allow_abbrev=False
    )
    parser.add_argument("--date", type=_date, required=True, help="the day, such as 2026-11-23")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to; only you can read the files")
    parser.add_argument(
        "--language", type=Language, choices=list(Language), default=Language.ENGLISH, help="of the prisoners' slips"
    )
    parser.add_argument("--state", type=Path, default=Path(STATE), help="the guard's state folder (%(default)s)")
    parser.add_argument(
        "--identity", type=Path, default=Path(STATE) / "identity", help="folder of this laptop's identity (%(default)s)"
    )
    parser.add_argument("--vault", type=Path, help="a demo's folder of secrets; a laptop has them from systemd")
    return parser
