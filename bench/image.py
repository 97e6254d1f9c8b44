"""The image: how large, how much is on it, how its programs are confined, and how long it takes, all emulated."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.media.page import HOLDS, machine, when, write
from bench.rows import Goal, Row, publish
from tests.image.conftest import START_S
from tests.image.kit.installed import install, reports
from tests.image.kit.release import release, version
from tests.image.kit.screen import is_dark
from tests.image.kit.site import Site
from tests.image.kit.units import UNITS, exposure_of
from tests.image.kit.vm import eventually, overlaid

STARTS: Final = int(os.environ.get("BENCH_RUNS", "3"))
MIB: Final = 1 << 20
NOTES: Final = (
    "times are of QEMU without KVM on this machine: a laptop is ten to thirty times as fast; what the emulated one"
    " waits for by its clock, which is a small part of them, takes eight times as long (decision 036)",
    "exposure: systemd-analyze security, offline, of 10; lower is better",
)


def run() -> None:
    """Measure and publish, also in docs/benchmarks.md."""
    rows = [*what_is_there(), *confined(), *times()]
    publish("image", rows, NOTES)
    write(block(rows), "image")


def block(rows: Sequence[Row]) -> str:
    """The table of docs/benchmarks.md; the median, and the lowest and the highest where there are several."""
    lines = [f"{when()}, image {version()}; {machine()}; {NOTES[0]}.", "", "| what | figure | must | holds |"]
    lines.append("|---|---|---|---|")
    for row in rows:
        low, high = row.spread
        spread = f" ({low:g} to {high:g})" if low is not None and low != high else ""
        figure = f"{row.value:g}{spread} {row.unit}".rstrip() if row.value is not None else "–"
        lines.append(f"| {row.what} | {figure} | {row.goal} | {HOLDS[row.holds]} |")
    return "\n".join(lines)


def what_is_there() -> list[Row]:
    """Sizes and counts of the built image."""
    out = release()
    packages = (out / "packages.list").read_text().splitlines()
    privileged = (out / "privileged.list").read_text().splitlines()
    return [
        Row("root file system", [(out / "root.erofs").stat().st_size / MIB], "MiB", goal=Goal(most=700)),
        Row("what starts it, signed", [(out / "release/visit-laptop.efi").stat().st_size / MIB], "MiB"),
        Row("stick", [(out / "stick.raw").stat().st_size / MIB], "MiB"),
        Row("packages", [len(packages)], ""),
        Row("files that give rights (SUID, SGID, capabilities)", [len(privileged)], "", goal=Goal(most=0)),
    ]


def confined() -> list[Row]:
    """How exposed each of our units is."""
    return [
        Row(f"exposure of {unit.name}", [exposure_of(unit)], "", goal=Goal(most=2.5))
        for unit in sorted(UNITS.glob("*.service"))
    ]


def times() -> list[Row]:
    """An installation, and starts of what it left."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Site.open(place / "site") as site:
            began = time.monotonic()
            laptop = install(place / "laptop", site)
            installed_s = time.monotonic() - began
            assert reports(laptop.folder), "the installation left no report"
            starts: list[float | None] = []
            for number in range(STARTS):
                began = time.monotonic()
                with overlaid(laptop, place / f"start-{number}").on() as vm:
                    is_shown = eventually(lambda: not is_dark(vm.picture("now")), START_S, 0.5)
                    starts.append(time.monotonic() - began if is_shown else None)
    return [
        Row("installation, from the first start of the stick to the report", [installed_s], "s"),
        Row("from power to the first picture", starts, "s"),
    ]
