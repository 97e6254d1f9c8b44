"""`kiosk enrol` on a laptop: as the shell's user on the network, and what a former enrolment left is no obstacle."""

import asyncio
import os
from pathlib import Path

import pytest
from aiohttp import web

from contract.words import Use
from kiosk.commands import enrol
from kiosk.errors import LockdownError, Refused
from kiosk.lockdown.enrolled import trusted_here
from kiosk.lockdown.enrolling_line import enrolling_line
from kiosk.lockdown.former_enrolment import GOES
from kiosk.lockdown.identity_file import IDENTITY_NAME, find_identity
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.network_policy import network_policy
from kiosk.lockdown.platform import PLACE as PLATFORM
from kiosk.lockdown.platform import find_platform
from kiosk.lockdown.policy_file import PLACE
from kiosk.lockdown.trust_file import TrustFile
from tests.fakes.certificates import Authority
from tests.fakes.enrolling_service import EnrollingService, served

SHELL = 64_390
BY_IT = '[network]\nservices = ["192.0.2.99:443"]\n'
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")


class Tools(Machine):
    """A laptop of files. Of its tools, nft and systemd-creds take everything; `loaded` is what nft was given."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.loaded = list[str]()
        for place, text in (
            (PLATFORM, 'name = "test laptop"'),
            (PLACE, BY_IT),
            ("/etc/passwd", f"visit-shell:x:{SHELL}:{SHELL}::/nonexistent:/usr/sbin/nologin\n"),
        ):
            self.path(place).parent.mkdir(parents=True, exist_ok=True)
            self.write(place, text)

    def run(self, *command: str, given: str | None = None) -> str:
        assert os.geteuid() == os.getuid()
        if command[0].endswith("nft"):
            self.loaded.append(given or "")
        return "sealed"


class Seen(EnrollingService):
    """A service that sees which user's the socket is that asks; all is on this machine."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(authority, use=Use.LIVE)
        self.uids = set[int]()

    async def enrol(self, request: web.Request) -> web.Response:
        port = request.transport.get_extra_info("peername")[1] if request.transport else 0
        self.uids |= owners_of(port)
        return await super().enrol(request)


def owners_of(port: int) -> set[int]:
    """Whose the sockets at this port of 127.0.0.1 are, by the kernel."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(line[7]) for line in lines if line[1] == f"0100007F:{port:04X}"}


class Laptop:
    """One with its folders, at a bench with a service."""

    def __init__(self, folder: Path) -> None:
        self.machine = Tools(folder / "root")
        self.service = Seen(Authority(folder, "ours"))
        self.state = self.machine.path(enrol.STATE)
        self.identity = self.machine.path(enrol.IDENTITY)

    async def enrols(self, *more: str) -> None:
        async with served(self.service, self.service.authority.server()) as url:
            words = ["--service", url, "--code", str(self.service.code), "--identity", str(self.identity), *more]
            await asyncio.to_thread(enrol.main, words, self.machine)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


@as_root
async def test_on_the_network_root_is_the_shells_user_and_root_again_for_files(laptop: Laptop) -> None:
    await laptop.enrols()
    assert laptop.service.uids == {SHELL}
    assert os.geteuid() == 0
    assert (laptop.identity / IDENTITY_NAME).stat().st_uid == 0


@as_root
def test_it_becomes_root_again_whatever_went_wrong(laptop: Laptop) -> None:
    became = list[int]()
    with pytest.raises(Refused), enrolling_line(laptop.machine, find_platform(laptop.machine), became.append):
        raise Refused(str(became))
    assert became == [SHELL, 0]


def test_a_demo_speaks_as_who_it_is(laptop: Laptop) -> None:
    became = list[int]()
    with enrolling_line(laptop.machine, None, became.append):
        pass
    assert became == []


@as_root
@pytest.mark.parametrize("damaged", ["trust.json", "identity/identity.json"])
async def test_a_laptop_whose_papers_are_damaged_is_cured_by_enrolling_it_again(laptop: Laptop, damaged: str) -> None:
    await laptop.enrols()
    for name in (*GOES, damaged):
        (laptop.state / name).write_text("{")
    (laptop.state / "pack").mkdir()
    (laptop.state / "pack" / "entry").write_text("{")
    with pytest.raises(LockdownError):
        network_policy(laptop.machine)
    await laptop.enrols("--replace")
    opened, shut = laptop.machine.loaded
    assert f"meta skuid {SHELL} ip daddr 192.0.2.99 tcp dport 443 accept" in opened
    assert " accept" not in shut
    assert network_policy(laptop.machine).services[0].host.address == "192.0.2.99"
    trusted = trusted_here(find_identity(laptop.identity), TrustFile(laptop.state))
    assert trusted.kept is not None
    assert not [name for name in (*GOES, "pack") if (laptop.state / name).exists()]


@as_root
async def test_without_the_file_of_it_nobody_is_spoken_to(laptop: Laptop) -> None:
    await laptop.enrols()
    (laptop.state / "trust.json").write_text("{")
    laptop.machine.path(PLACE).unlink()
    with pytest.raises(LockdownError, match="policy file"):
        await laptop.enrols("--replace")
    assert laptop.machine.loaded == []
    assert len(laptop.service.asked) == 1
