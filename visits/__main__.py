"""The `visits` command: runs the service and looks after its data. Only hands over to `visits.cli`."""

import gc
import sys

from visits.cli.command import run


def main() -> int:
    """The console script; returns the exit status, and the process ends: what it has done is done."""
    status = run(sys.argv[1:])
    _leave_as_it_is()
    return status


def _leave_as_it_is() -> None:
    """Let nothing be collected as Python ends: that took a second, most of the time a service has to stop in."""
    gc.disable()
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
