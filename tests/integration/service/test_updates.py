"""Releases of the laptops' software at the service: added by hand, fetched by laptops alone, from any byte on."""

import asyncio
import json
import socket
from pathlib import Path

import httpx
import pytest

from contract.manifest import MANIFEST, ROOT
from kiosk.errors import Unavailable
from kiosk.update.fetched import FetchedBundle
from kiosk.update.fetching import LONGEST_LINE, WANTED, fetch
from tests.fakes.update_disk import KEYS, NEW, OLD, bundle_in, release
from tests.fakes.visits import FakeServiceClock
from tests.integration.service.harness import Running, running
from visits.api.laptop_updates import AT_ONCE, Places
from visits.api.settings import Settings
from visits.cli.command import run
from visits.demo_data.seed import Seeded
from visits.errors import Refused
from visits.store.updates import default_updates


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "release-key.json"
    file.write_text(KEYS.model_dump_json())
    return file


def words(file: Path, keys: Path, *said: str) -> list[str]:
    return ["update", *said, "--db", str(file), *(["--release-key", str(keys)] if said[0] == "add" else [])]


@pytest.fixture
def given(file: Path, keys: Path, tmp_path: Path) -> Path:
    assert run(words(file, keys, "add", str(bundle_in(tmp_path / "release", NEW)))) == 0
    return default_updates(file)


def test_a_release_is_checked_before_laptops_are_given_it(
    file: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bundle_in(tmp_path / "release", NEW)
    (folder / ROOT).write_bytes(release(OLD)[ROOT])
    assert run(words(file, keys, "add", str(folder))) == 1
    assert capsys.readouterr().err == "visits: root.erofs is not what was signed: copy the release again\n"
    (folder / MANIFEST).write_text("e30.e30." + "A" * 86)
    assert run(words(file, keys, "add", str(folder))) == 1
    assert "the release was refused: its manifest is not a signed document." in capsys.readouterr().err
    assert run(words(file, keys, "list")) == 0
    assert capsys.readouterr().out == "There is none.\n"


def test_the_one_before_stays_and_can_be_given_again(
    file: Path, keys: Path, given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words(file, keys, "add", str(bundle_in(tmp_path / "next", "0.1.0.11")))) == 0
    assert run(words(file, keys, "give", NEW)) == 0
    capsys.readouterr()
    assert run(words(file, keys, "list")) == 0
    assert capsys.readouterr().out == f"{NEW} (given to laptops)\n0.1.0.11\n"
    assert run(words(file, keys, "none")) == 0
    assert run(words(file, keys, "give", "../x")) == 1
    assert given.stat().st_mode & 0o77 == 0


async def test_a_laptop_reads_it_from_any_byte_on_and_nobody_else_does(
    file: Path, clock: FakeServiceClock, seeded: Seeded, given: Path
) -> None:
    async with running(file, clock, Settings(updates=given)) as service:
        whole = await service.get(f"/laptop/v1/updates/{ROOT}", seeded.laptop)
        assert whole.content == release(NEW)[ROOT]
        for name in ("other", "..%2f..%2fvisits.db", "", "current", "%00"):
            assert (await service.get(f"/laptop/v1/updates/{name}", seeded.laptop)).status_code == 404
        async with httpx.AsyncClient(trust_env=False, verify=await service.context(None)) as client:
            assert (await client.get(f"{service.laptop_url}/laptop/v1/updates/{ROOT}")).status_code == 403
            assert (await client.get(f"{service.url}/laptop/v1/updates/{ROOT}")).status_code == 404


class Door:
    """What systemd does on a laptop: a socket, and a process for each who connects; here a thread."""

    def __init__(self, path: Path, service: Running, context: object) -> None:
        self._path, self._service, self._context = path, service, context

    async def __aenter__(self) -> Path:
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self._path))
        self._listening.listen()
        self._serving = asyncio.create_task(asyncio.to_thread(self._serve))
        return self._path

    async def __aexit__(self, *_error: object) -> None:
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(str(self._path))  # and says nothing
        await self._serving
        self._listening.close()

    def _serve(self) -> None:
        while True:
            line, _ = self._listening.accept()
            with line, line.makefile("rwb") as both:
                if not (asked := both.readline(LONGEST_LINE)):
                    return
                wanted = WANTED.validate_json(asked)
                fetch(wanted, self._service.laptop_url, lambda: self._context, both)  # type: ignore[arg-type,return-value]


async def test_the_laptops_own_hands_fetch_it_whole_and_from_the_middle(
    file: Path, clock: FakeServiceClock, seeded: Seeded, given: Path, tmp_path: Path
) -> None:
    async with running(file, clock, Settings(updates=given)) as service:
        context = await service.context(seeded.laptop)
        async with Door(tmp_path / "fetch.sock", service, context) as door:
            bundle = FetchedBundle(door=door)
            text = await asyncio.to_thread(bundle.manifest)
            rest = await asyncio.to_thread(lambda: b"".join(bundle.read(ROOT, 60_000)))
            with pytest.raises(Unavailable, match="The service has no update"):
                await asyncio.to_thread(lambda: list(bundle.read("other", 0)))
            nowhere = FetchedBundle("http://127.0.0.1:1/updates", door)
            with pytest.raises(Unavailable, match="The site's copy of updates does not answer"):
                await asyncio.to_thread(nowhere.manifest)
    assert text == (given / NEW / MANIFEST).read_bytes()
    assert rest == release(NEW)[ROOT][60_000:]


def test_calls_come_first_so_only_some_fetch_at_once() -> None:
    places = Places()
    for _ in range(AT_ONCE):
        places.take()
    with pytest.raises(Refused):
        places.take()
    places.give_back()
    places.take()


def test_the_key_that_is_given_must_be_one(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"keys": []}))
    assert run(words(file, wrong, "add", str(bundle_in(tmp_path / "release", NEW)))) == 1
    assert "is no list of release keys" in capsys.readouterr().err
