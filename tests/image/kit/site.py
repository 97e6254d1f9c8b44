"""A site for the harness: a real visit service on loopback, which the machine reaches through QEMU as 10.0.2.2."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.image.kit.vm import ROOT, in_builder

HOST: Final = "10.0.2.2"  # this machine's loopback, as QEMU's user network shows it
ESTABLISHMENT: Final = "HMP Example"
LAPTOP: Final = "Visits room 1"


@dataclass(frozen=True)
class Site:
    """The service, and what IT puts on the stick."""

    folder: Path
    port: int

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator["Site"]:
        """An establishment whose service runs for as long as this lasts."""
        folder.mkdir()
        visits(folder, "establishment", "add", ESTABLISHMENT, "--timezone", "Europe/London", "--use", "live")
        visits(folder, "ca", "init", "--host", HOST, "--use", "live")
        ready = folder / "ready.json"
        with (folder / "service.log").open("wb") as log:
            service = subprocess.Popen(
                [sys.executable, "-m", "visits", "serve", "--db", folder / "visits.sqlite3", "--port", "0",
                 "--laptop-port", "0", "--ready-file", ready], stdout=log, stderr=log, cwd=ROOT,
            )  # fmt: skip
        try:
            until = time.monotonic() + 60
            while not ready.exists():
                assert service.poll() is None, (folder / "service.log").read_text()
                assert time.monotonic() < until, "the service did not come up"
                time.sleep(0.1)
            url = json.loads(ready.read_text())["laptop_url"]
            yield cls(folder, int(url.rpartition(":")[2]))
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait()

    def onto(self, stick: Path) -> None:
        """Write the site's files on a stick: settings with a fresh code, and with whom the laptop may speak."""
        said = visits(self.folder, "enrol-code", "--laptop", LAPTOP)
        code = re.search(r"\b[A-Z0-9]{4,}(?:-[A-Z0-9]{4,})+\b", said)
        assert code, said
        (self.folder / "site.toml").write_text(
            f'service = "https://{HOST}:{self.port}"\npolicy = "policy.toml"\n\n[network]\nkind = "wired"\n\n'
            f'[[laptop]]\ncode = "{code[0]}"\n'
        )
        (self.folder / "policy.toml").write_text(
            f'[network]\nservices = ["{HOST}:{self.port}"]\ngateways = ["{HOST}"]\ndhcp = true\n'
        )
        for name in ("site.toml", "policy.toml"):
            os.link(self.folder / name, stick.parent / name)
            in_builder(stick.parent, "mcopy", "-o", "-i", f"/out/{stick.name}@@1M", f"/out/{name}", f"::{name}")


def visits(folder: Path, *arguments: str) -> str:
    """A command of the service's; what it said."""
    command = [sys.executable, "-m", "visits", *arguments, "--db", str(folder / "visits.sqlite3")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
