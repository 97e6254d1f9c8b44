"""The whole main job on one machine: service, guard, shell and a visitor, one call, and what was measured of it."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from demo.options import Options, options_from
from demo.report import Report, Trouble
from demo.run import Demo
from demo.stage import StageError


async def play(options: Options, kind: type[Demo] = Demo) -> Report:
    """One run in a temporary folder; what it measured, also when it was stopped."""
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with tempfile.TemporaryDirectory(prefix="visit-demo-") as folder:
        demo = kind(options, Path(folder), stop)
        try:
            await demo.run()
        except StageError as error:
            print(f"The demo stopped: {error}", file=sys.stderr)
            trouble = Trouble(code="demo_stopped", text=str(error).splitlines()[0])
            return demo.story.report.model_copy(update={"errors": [*demo.story.report.errors, trouble]})
        except KeyboardInterrupt:
            print("\nStopped.")
        return demo.story.report


def main() -> None:
    """Run the demo; status 0 only when the call completed normally."""
    options = options_from(None)
    print("A visit, from booking to goodbye:", flush=True)
    report = asyncio.run(play(options))
    if options.report is not None:
        options.report.write_text(report.model_dump_json(indent=2) + "\n")
    if options.screenshots is not None:
        print(f"Pictures of the scenes are in {options.screenshots}.")
    print(f"Outcome: {report.outcome}; talked {report.talk_s} s; joined in {report.join_s} s.")
    sys.exit(0 if report.outcome == "COMPLETED_NORMALLY" else 1)


if __name__ == "__main__":
    main()
