"""A site for the harness: a real visit service on loopback, which the machine reaches through QEMU as 10.0.2.2."""

import contextlib
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.x509 import Certificate, load_pem_x509_certificate
from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.words import Outcome
from kiosk.policy.causes import THEIRS
from tests.e2e.kit.officer import OFFICER, PIN
from tests.image.kit import dilation
from tests.image.kit.network import HOST, inside
from tests.image.kit.vm import ROOT, in_builder
from visits.cli.opened import opened
from visits.demo_data import write
from visits.demo_data.people import DUE
from visits.keys.folder import AUTHORITY_PEM, default_folder
from visits.store.bookings import cancel
from visits.store.tables import BookingRow, LaptopRow

RELAY_PORT: Final = 34_781
RELAY_SECRET: Final = "a secret of the service and its relay"
POLICY: Final = {
    "calls_from": '"04:00"',
    "calls_until": '"04:01"',
}
CLOCKS_ERR_S: Final = 60.0  # by the policy; what is more than that is set right at once
STATIC: Final = "offline = true\n", f'gateway = "{HOST}"\n', 'address = "10.0.2.15/24"\n'
ESTABLISHMENT: Final = "HMP Example"
LAPTOP: Final = "Visits room 1"


@dataclass(frozen=True)
class Reckoned:
    """In milliseconds."""

    whole: float
    talk: int
    lost: Counter[str]

    @property
    def unaccounted(self) -> float:
        """Neither talk nor lost to a cause."""
        return self.whole - self.talk - sum(self.lost.values())

    @property
    def theirs(self) -> int:
        """Lost and not given back."""
        return sum(self.lost[cause] for cause in THEIRS)


@dataclass(frozen=True)
class Site:
    """The service, and what IT puts on the stick."""

    folder: Path
    port: int
    pages: str  # where families reach it

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator["Site"]:
        """An establishment whose service runs for as long as this lasts."""
        folder.mkdir()
        visits(folder, "establishment", "add", ESTABLISHMENT, "--timezone", "Europe/London", "--use", "live")
        visits(folder, "ca", "init", "--host", HOST, "--use", "live")
        (folder / "pin").write_text(PIN)
        visits(folder, "officer", "add", OFFICER, "--name", "Test officer", "--pin-file", str(folder / "pin"))
        with _started(folder, "relay", "/usr/bin/turnserver", "-c", str(_relay(folder))), cls._serving(folder) as site:
            yield site

    @classmethod
    @contextlib.contextmanager
    def _serving(cls, folder: Path) -> Iterator["Site"]:
        ready = folder / "ready.json"
        with _started(
            folder, "service", sys.executable, "-m", "visits", "serve", "--db", str(folder / "visits.sqlite3"),
            "--port", "0", "--laptop-port", "0", "--ready-file", str(ready), "--turn", f"{HOST}:{RELAY_PORT}",
            "--turn-secret-file", str(folder / "turn.secret"),
        ) as service:  # fmt: skip
            until = time.monotonic() + 60
            while not ready.exists():
                assert service.poll() is None, (folder / "service.log").read_text()
                assert time.monotonic() < until, "the service did not come up"
                time.sleep(0.1)
            urls = json.loads(ready.read_text())
            site = cls(folder, int(urls["laptop_url"].rpartition(":")[2]), urls["url"])
            site.publish()
            yield site

    @property
    def authority(self) -> Certificate:
        """Whose certificates the service's laptops have."""
        return load_pem_x509_certificate((default_folder(self.folder / "visits.sqlite3") / AUTHORITY_PEM).read_bytes())

    def publish(self) -> None:
        """A signed policy: the example's, for this network, with little time that updates may not use."""
        text = _said("policy", "example").partition("[network]")[0] + self._network()
        now = datetime.fromtimestamp(dilation.now(), UTC).replace(microsecond=0)
        valid = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=365)}
        for field, value in {**POLICY, **{field: f"{at:%Y-%m-%dT%H:%M:%SZ}" for field, at in valid.items()}}.items():
            text, found = re.subn(rf"^{field} = \S+( [a-z]+\")?", f"{field} = {value}", text, flags=re.MULTILINE)
            assert found == 1, field
        (self.folder / "establishment.toml").write_text(text)
        _said(
            "policy", "sign", str(self.folder / "establishment.toml"),
            "--key", str(self.folder / "visits.sqlite3.keys/policy.key"),
        )  # fmt: skip
        visits(
            self.folder, "policy", "publish", str(self.folder / "establishment.jws"),
            "--laptop-service", f"{HOST}:{self.port}",
        )  # fmt: skip

    def _network(self) -> str:
        return (
            f'[network]\nservices = ["{HOST}:{self.port}"]\ngateways = ["{HOST}"]\ndhcp = true\n\n'
            f'[[network.relays]]\naddress = "{HOST}"\nudp = [{RELAY_PORT}]\n'
        )

    def book(self, duration_s: int = 1800) -> write.Made:
        """A call of made-up people on the laptop, which is due, also by a clock that is as late as it may be.

        What an earlier test has left open is cancelled: the laptop would offer that first.
        """
        begins = datetime.fromtimestamp(dilation.now(), UTC) - timedelta(seconds=CLOCKS_ERR_S)

        def booked(session: Session) -> write.Made:
            laptop = session.scalars(select(LaptopRow).where(LaptopRow.name == LAPTOP)).one()
            for left in session.scalars(select(BookingRow.id).where(BookingRow.laptop_id == laptop.id)).all():
                cancel(session, left, Outcome.ESTABLISHMENT_CANCELLED)
            return write.booking(session, laptop, DUE, begins, timedelta(seconds=duration_s))[1]

        with opened(self.folder / "visits.sqlite3") as database:
            return database.write(booked)

    def outcome(self, made: write.Made) -> tuple[str, int] | None:
        """How the call ended, and milliseconds talked, once the service knows."""
        with sqlite3.connect(f"file:{self.folder / 'visits.sqlite3'}?mode=ro", uri=True) as database:
            row = database.execute(
                "select outcome, talk_ms from bookings where id = ? and outcome is not null", (made.booking_id,)
            ).fetchone()
        return None if row is None else (str(row[0]), int(row[1]))

    def reckoned(self, made: write.Made) -> Reckoned:
        """What became of the time from the booked start to the end, by the laptop's report."""
        with sqlite3.connect(f"file:{self.folder / 'visits.sqlite3'}?mode=ro", uri=True) as database:
            ended, talk_ms, lost_ms = database.execute(
                "select ended_at, talk_ms, lost_ms from outcomes where booking_id = ?", (made.booking_id,)
            ).fetchone()
            (starts,) = database.execute("select starts_at from bookings where id = ?", (made.booking_id,)).fetchone()
        whole = datetime.fromisoformat(ended) - datetime.fromisoformat(starts)
        return Reckoned(whole / timedelta(milliseconds=1), talk_ms, Counter(json.loads(lost_ms)))

    def onto(self, stick: Path, *, without_a_line: bool = False) -> None:
        """Write the site's files on a stick: settings with a fresh code, and with whom the laptop may speak.

        A site without a line to the service enrols by files; there each laptop has an address of its own.
        """
        said = visits(self.folder, "enrol-code", "--laptop", LAPTOP)
        code = re.search(r"\b[A-Z0-9]{4,}(?:-[A-Z0-9]{4,})+\b", said)
        assert code, said
        head, network, laptop = STATIC if without_a_line else ("", "", "")
        (self.folder / "site.toml").write_text(
            f'service = "https://{HOST}:{self.port}"\npolicy = "policy.toml"\n{head}\n'
            f'[network]\nkind = "wired"\n{network}\n'
            f'[[laptop]]\ncode = "{code[0]}"\n{laptop}\n[by_hand]\nfirmware_password_set = true\nby = "IT"\n'
        )
        (self.folder / "policy.toml").write_text(self._network())
        for name in ("site.toml", "policy.toml"):
            shutil.copy(self.folder / name, stick.parent / name)
            in_builder(stick.parent, "mcopy", "-o", "-i", f"/out/{stick.name}@@1M", f"/out/{name}", f"::{name}")


def _relay(folder: Path) -> Path:
    """Its settings. It relays to addresses of this network alone, which is nobody's but ours."""
    secret, conf = folder / "turn.secret", folder / "turnserver.conf"
    secret.write_text(RELAY_SECRET)
    secret.chmod(0o600)
    conf.write_text(
        f"listening-ip=127.0.0.1\nlistening-ip={HOST}\nrelay-ip={HOST}\nlistening-port={RELAY_PORT}\n"
        f"use-auth-secret\nrealm=visits\nstatic-auth-secret={RELAY_SECRET}\nno-tls\nno-dtls\nno-cli\n"
        f"verbose\nlog-file=stdout\npidfile={folder}/turn.pid\n"
    )
    return conf


@contextlib.contextmanager
def _started(folder: Path, name: str, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the site's, in the harness's network."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([*inside(), *dilation.slowly(), *command], stdout=log, stderr=log, cwd=ROOT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def visits(folder: Path, *arguments: str) -> str:
    """A command of the service's; what it said."""
    return _said(*arguments, "--db", str(folder / "visits.sqlite3"))


def _said(*arguments: str) -> str:
    command = [*dilation.slowly(), sys.executable, "-m", "visits", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
