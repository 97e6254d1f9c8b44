"""The product's shell, confined; what stands on its screen is written down for a test, and nothing is changed."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from kiosk.confined import Adds, confine

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[2]


def main() -> None:
    """Run it; arguments not known here are the product's own."""
    parser = argparse.ArgumentParser(prog="seen shell", add_help=False, allow_abbrev=False)
    parser.add_argument("--seen", type=Path, required=True)
    options, rest = parser.parse_known_args()
    options.seen.touch()
    confined = confine("tests.e2e.trust.seen_shell", sys.argv[1:], Adds((ROOT / "tests",), (options.seen,)))
    from kiosk import app
    from kiosk.ipc import Show, ToShell
    from kiosk.switchboard import Switchboard
    from kiosk.ui.pieces.text import TextBlock

    class SeenSwitchboard(Switchboard):
        shell: "SeenShell"

        def from_guard(self, message: ToShell) -> None:
            super().from_guard(message)
            if isinstance(message, Show):
                self.shell.write_down()

    class SeenShell(app.Shell):
        def wire(self) -> Switchboard:
            board = SeenSwitchboard(
                guard=self.guard, service=self.service, media=self.media, screen=self.window, renewals=self.renewals
            )
            board.shell, self._seen = self, ""
            return board

        def write_down(self) -> None:
            """Every text that is to be seen now, if it is not what was seen before."""
            blocks = self.window.findChildren(TextBlock)
            seen = json.dumps([block.text for block in blocks if block.text and block.isVisibleTo(self.window)])
            if seen != self._seen:
                self._seen = seen
                with options.seen.open("a") as file:
                    file.write(seen + "\n")

    app.run(rest, SeenShell, confined.for_the_shell(), confined.credentials)


if __name__ == "__main__":
    main()
