"""A whole guard on a locked laptop: what it takes for a call to run, and what a lost measure does to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract.roster import Right
from contract.words import Use
from kiosk.deeds import Credential, Lock, MaintenanceReason, Release
from kiosk.ipc import Alive, Disconnect, Key, Pressed, Proven, ProvenHere
from kiosk.lockdown.maintenance import RELEASED, RESTART
from kiosk.policy.measures import MeasureName, Severity
from kiosk.scenes import Fault, OutOfService
from tests.fakes.eventually import eventually
from tests.fakes.measures import shells_own
from tests.fakes.rosters import officer
from tests.integration.guard.laptop import WITHIN_S, Laptop, PlayedShell, kiosk

PROVED_EVERY_S = 2.0
MANAGER = Credential(number="M1203", pin="918273")


class LockedLaptop(Laptop):
    """A laptop whose measures a test can take away."""

    def __init__(self, folder: Path) -> None:
        self.lost = folder / "lost"
        self._proving: list[asyncio.Task[None]] = []
        super().__init__(folder, ("-m", "tests.integration.guard.locked", "--lost", str(self.lost)), Use.LIVE)

    def proves(self) -> None:
        """The shell shows what only it can show, and goes on showing it."""
        assert self.shell is not None
        self._proving.append(asyncio.create_task(self._prove(self.shell), name="prove"))

    async def _prove(self, shell: PlayedShell) -> None:
        while True:
            shell.say(ProvenHere(findings=tuple(Proven.of(each) for each in shells_own())))
            await asyncio.sleep(PROVED_EVERY_S)

    async def admits(self) -> None:
        """Once everything is proved: before that nobody opens anything."""
        assert self.shell is not None
        await self.shell.shows("next_call")
        await super().admits()

    async def close(self) -> None:
        for task in self._proving:
            task.cancel()
        await asyncio.gather(*self._proving, return_exceptions=True)
        await super().close()

    def loses(self, name: MeasureName, severity: Severity = Severity.BLOCK) -> None:
        (self.lost / name).write_text(severity)

    def has_again(self, name: MeasureName) -> None:
        (self.lost / name).unlink()

    async def is_out_of_service(self, fault: Fault, measure: MeasureName | None) -> None:
        shell = self.shell
        assert shell is not None

        def claim() -> bool:
            scene = shell.scene
            return isinstance(scene, OutOfService) and (scene.fault, scene.measure) == (fault, measure)

        await shell.until(claim, f"{fault} by {measure}")

    async def check(self) -> tuple[int, dict[str, object]]:
        status, said = await kiosk("check", "--json", "--runtime", str(self.runtime))
        return status, json.loads(said)


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[LockedLaptop]:
    laptop = LockedLaptop(tmp_path)
    await laptop.sets_up_officer()
    await laptop.starts()
    yield laptop
    await laptop.close()


async def test_no_call_runs_before_the_shell_has_proved_its_own_measures(locked: LockedLaptop) -> None:
    locked.is_due(use=Use.LIVE)
    await locked.is_out_of_service(Fault.STARTING, None)
    assert (await locked.check())[0] == 1
    locked.proves()
    assert locked.shell is not None
    await locked.shell.shows("next_call")
    status, told = await locked.check()
    assert (status, told["allows_calls"], told["conclusion"]) == (0, True, "Real calls are allowed.")


async def test_a_lost_measure_interrupts_a_live_call_which_goes_on_when_it_holds_again(locked: LockedLaptop) -> None:
    locked.proves()
    await locked.is_live(use=Use.LIVE)
    shell = locked.shell
    assert shell is not None
    locked.loses(MeasureName.USB)
    await shell.shows("interrupted")
    assert any(isinstance(message, Disconnect) for message in shell.heard)
    status, told = await locked.check()
    assert (status, told["conclusion"]) == (1, "No real calls: usb.")
    locked.has_again(MeasureName.USB)
    await shell.receives()
    events = [(r["event"], r["data"].get("measure")) for r in locked.trail() if r["event"].startswith("measure")]
    assert ("measure_lost", "usb") in events
    assert ("measure_holds", "usb") in events


async def test_end_works_while_a_measure_is_lost(locked: LockedLaptop) -> None:
    locked.proves()
    await locked.is_live(use=Use.LIVE)
    assert locked.shell is not None
    locked.loses(MeasureName.NETWORK)
    await locked.shell.shows("interrupted")
    locked.shell.say(Pressed(key=Key.END_NOW))
    await locked.shell.shows("goodbye")


@pytest.mark.parametrize("trail", ["broken", "whole"])
async def test_check_allows_no_call_on_a_laptop_that_opens_none_whatever_its_measures_say(
    locked: LockedLaptop, trail: str
) -> None:
    """A record that does not check out keeps every call from opening, and so does an officer's lock."""
    if trail == "broken":
        await locked.kill()
        file = locked.state / "audit" / "trail.jsonl"
        file.write_bytes(file.read_bytes().replace(b"guard_started", b"guard_stopped", 1))
        await locked.starts()
    else:
        assert (await locked.asks(Lock())).accepted
    locked.proves()
    status, told = await locked.check()
    assert (status, told["allows_calls"]) == (1, False)
    assert str(told["conclusion"]).startswith("No real calls: ")


async def test_a_benign_loss_is_said_as_one(locked: LockedLaptop) -> None:
    locked.proves()
    locked.is_due(use=Use.LIVE)
    locked.loses(MeasureName.DISPLAYS, Severity.INTERRUPT)
    await locked.is_out_of_service(Fault.NOT_READY, MeasureName.DISPLAYS)


async def test_a_guard_that_is_killed_and_comes_back_proves_everything_again(locked: LockedLaptop) -> None:
    locked.proves()
    await locked.is_live(use=Use.LIVE)
    await locked.journal_has("live")
    await locked.kill()
    locked.loses(MeasureName.KERNEL)
    await locked.starts()
    shell = locked.shell
    assert shell is not None
    locked.proves()
    locked.is_due(use=Use.LIVE)
    await shell.shows("interrupted")
    locked.has_again(MeasureName.KERNEL)
    await shell.receives()


async def test_maintenance_needs_an_officer_with_that_right(locked: LockedLaptop) -> None:
    locked.proves()
    refused = await locked.asks(Release(why=MaintenanceReason.UPDATE))
    assert not refused.accepted
    assert "released" not in locked.events()


async def test_a_manager_releases_the_laptop_which_stays_so_for_that_boot(locked: LockedLaptop) -> None:
    locked.is_told_of(officer(MANAGER.number, MANAGER.pin, rights=frozenset(Right)))
    locked.proves()
    answer = await locked.asks(Release(why=MaintenanceReason.UPDATE), MANAGER)
    assert answer.accepted, answer.text
    await locked.is_out_of_service(Fault.MAINTENANCE, None)
    await eventually((locked.runtime / RELEASED).exists, WITHIN_S, "systemd is asked")
    assert not (locked.runtime / RESTART).exists()
    assert [record["actor"] for record in locked.trail() if record["event"] == "released"] == ["officer M1203"]
    journal = locked.state / "journal.json"
    await eventually(
        lambda: journal.exists() and '"released_at_ms":null' not in journal.read_text(), WITHIN_S, "the journal has it"
    )
    await locked.kill()
    await locked.starts()
    await locked.is_out_of_service(Fault.MAINTENANCE, None)


async def test_a_demo_is_said_to_take_no_real_calls(laptop: Laptop) -> None:
    await laptop.starts()
    assert laptop.shell is not None
    laptop.shell.say(Alive())
    status, said = await kiosk("check", "--runtime", str(laptop.runtime))
    assert status == 1
    assert "DEMO: no image of ours is installed here, so this machine takes no real calls." in said
    for name in MeasureName:
        assert f"\n{name}" in said


async def test_without_a_guard_it_looks_by_itself(tmp_path: Path) -> None:
    status, said = await kiosk("check", "--json", "--runtime", str(tmp_path))
    told = json.loads(said)
    assert (status, told["platform"], len(told["measures"])) == (1, None, len(MeasureName))


async def test_a_shell_that_stops_proving_is_no_longer_believed(locked: LockedLaptop) -> None:
    locked.proves()
    locked.is_due(use=Use.LIVE)
    assert locked.shell is not None
    await locked.shell.shows("next_call")
    await locked.shell.close()
    await locked.connects()
    locked.is_due(use=Use.LIVE)
    await locked.is_out_of_service(Fault.STARTING, None)
    await eventually(lambda: "shell_gone" in locked.events(), WITHIN_S, "shell_gone")
