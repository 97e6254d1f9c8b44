"""Tier I: what people and lines do to a call while it is live, one after another in one call that goes on."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest

from contract.words import Outcome
from tests.e2e.kit.family import Family
from tests.e2e.kit.picture import colour_on
from tests.fakes.eventually import eventually as eventually_known
from tests.image.kit import looks
from tests.image.kit.call import Call, under_way
from tests.image.kit.dilation import ours
from tests.image.kit.site import Site
from tests.image.kit.table import Table
from tests.image.kit.trail import live_since, since
from tests.image.kit.vm import Vm, eventually

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(7200)]
FLOOD: Final = 50
FLOOD_S: Final = 5.0
ALERT_WITHIN_S: Final = 2.0
ASKED_S: Final = 0.7  # to plug seven devices in, in the machine's time
SHORT_CUT_S: Final = 5.0
LONG_CUT_S: Final = 120.0
FLAPS: Final = 10
FLAP_S: Final = 1.0
BACK_WITHIN_S: Final = 60.0
BLANK_WITHIN_S: Final = 6.0  # the shell's patience with its guard, and a picture of it
STARTED_AGAIN_S: Final = {"KILL": 5.0, "STOP": 15.0}  # a watchdog waits for ten of them
GUARD, SHELL = "visit-guard.service", "visit-shell.service"


async def keys(call: Call, table: Table) -> None:
    started = looks.boot_id(call.vm)
    for _ in range(8):
        call.vm.press("ctrl", "alt", "delete")
    for key in "reisubckf":
        call.vm.press("alt", "sysrq", key)
    for chord in (("ctrl", "alt", "f2"), ("alt", "f4"), ("alt", "tab"), ("meta_l",), ("ctrl", "q"), ("print",)):
        call.vm.press(*chord)
    await call.goes_on(10)
    assert (looks.boot_id(call.vm), looks.console(call.vm)) == (started, "tty1")
    table.seen("Ctrl+Alt+Del ×8, SysRq r e i s u b c k f, chords, in a call", "as above", "the call goes on", "above")


def what_is_there(vm: Vm) -> tuple[list[str], ...]:
    return (
        looks.blocks(vm), looks.inputs(vm), looks.networks(vm), looks.serial_ports(vm), looks.sound_cards(vm)
    )  # fmt: skip


async def usb(call: Call, table: Table) -> None:
    vm, before, began = call.vm, what_is_there(call.vm), looks.time_of_day(call.vm)
    vm.ask("blockdev-add", **{"node-name": "late", "driver": "null-co", "size": 1 << 24})
    vm.ask("netdev_add", type="user", id="late-net")
    vm.ask("chardev-add", id="late-line", backend={"type": "null", "data": {}})
    for driver, more in (
        ("usb-storage", {"drive": "late"}), ("usb-kbd", {}), ("usb-net", {"netdev": "late-net"}),
        ("usb-serial", {"chardev": "late-line", "always-plugged": True}), ("usb-audio", {"audiodev": "sound"}),
        ("usb-mouse", {}), ("usb-mtp", {"rootdir": "/out/tpm", "readonly": True}),
    ):  # fmt: skip
        vm.ask("device_add", driver=driver, id=f"late-{driver}", bus="xhci.0", **more)
    await call.goes_on(5)
    assert what_is_there(vm) == before
    alerts = since(vm, began, "usb_arrived")
    assert alerts[0]["at_s"] <= began + ALERT_WITHIN_S + ASKED_S
    for driver in ("storage", "kbd", "net", "serial", "audio", "mouse", "mtp"):
        vm.ask("device_del", id=f"late-usb-{driver}")
    began = looks.time_of_day(vm)
    for number in range(FLOOD):  # quicker than the kernel looks: it wants a tenth of a second of quiet first
        vm.ask("device_add", driver="usb-kbd", id=f"flood-{number}", bus="xhci.0")
        await asyncio.sleep(ours(FLOOD_S / FLOOD / 2))
        vm.ask("device_del", id=f"flood-{number}")
        await asyncio.sleep(ours(FLOOD_S / FLOOD / 2))
    await call.goes_on(5)
    assert what_is_there(vm) == before
    floods = since(vm, began, "usb_arrived")
    assert len(floods) < FLOOD / 5, floods
    table.seen(
        f"USB stick, keyboard, mouse, phone, network, serial line, sound, in a call; a keyboard {FLOOD} times",
        "as above",
        f"nothing is let in, {len(alerts) + len(floods)} alerts, the call goes on", "above",
    )  # fmt: skip


async def cut(call: Call, table: Table, seconds: float) -> None:
    call.vm.ask("set_link", name="net", up=False)
    await asyncio.sleep(ours(seconds))
    assert live_since(call.vm) is None, "the cut was not noticed"
    call.vm.ask("set_link", name="net", up=True)
    await back(call, 0)
    table.seen(f"the line cut for {seconds:.0f} s", "states of the session", "interrupted, and resumes", "-")


async def flap(call: Call, table: Table) -> None:
    for _ in range(FLAPS):
        for is_up in (False, True):
            call.vm.ask("set_link", name="net", up=is_up)
            await asyncio.sleep(ours(FLAP_S / 2))
    await back(call, 0)
    table.seen(f"the line goes and comes {FLAPS} times in {FLAPS * FLAP_S:.0f} s", "as above", "the call is back", "-")


async def button(call: Call, site: Site, table: Table) -> None:
    """The power button ends the call, as its officer would, and the machine stays on."""
    began = looks.time_of_day(call.vm)
    call.vm.ask("system_powerdown")
    await ended(call, site)
    assert since(call.vm, began, "call_state")[-1]["data"]["to"] == "ended"
    assert "SHUTDOWN" not in call.vm.events
    table.seen("the power button in a call", "the guard reads it", "the call ends, in the record; it stays on", "above")


async def ended(call: Call, site: Site) -> None:
    """The service knows that staff has ended it."""
    known = await eventually_known(lambda: site.outcome(call.booked), ours(BACK_WITHIN_S), "an outcome", 1)
    assert known[0] == Outcome.TERMINATED_BY_STAFF


async def back(call: Call, after_s: float) -> None:
    """It is live again, for the first time or anew, and goes on."""
    await call.is_live(after_s, BACK_WITHIN_S)
    await call.is_seen(BACK_WITHIN_S)
    await call.goes_on(5)


async def hurt(call: Call, table: Table, unit: str, signal: str, who: str) -> None:
    """A program is killed or stopped: it starts again by itself, lets nothing in meanwhile, and the call is back."""
    vm, before, began = call.vm, looks.inputs(call.vm), looks.time_of_day(call.vm)
    pid = looks.main_pid(vm, unit)
    vm.run("systemctl", "kill", "--kill-whom=main", f"--signal={signal}", unit)
    vm.ask("device_add", driver="usb-kbd", id=f"at-{unit}-{signal}", bus="xhci.0")
    assert eventually(lambda: looks.main_pid(vm, unit) not in (pid, "0"), 300, 2), f"{who} did not come back"
    back_after_s = looks.time_of_day(vm) - began
    assert back_after_s <= STARTED_AGAIN_S[signal], f"{who} was back after {back_after_s} s"
    await back(call, 0 if unit == "usbguard.service" else began)
    assert looks.inputs(vm) == before
    vm.ask("device_del", id=f"at-{unit}-{signal}")
    how = {"KILL": "killed", "STOP": "stopped"}[signal]
    table.seen(
        f"{who} {how}, in a call, then a keyboard", "systemd's watchdog and `Restart=always`",
        f"back after {back_after_s:.0f} s, and so is the call; no input", "-",
    )  # fmt: skip


@pytest.mark.attack("link-cut")
async def test_a_call_goes_on_when_its_line_was_cut(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    with thaw() as vm:
        call = await under_way(vm, site, people)
        await cut(call, table, SHORT_CUT_S)
        await cut(call, table, LONG_CUT_S)


@pytest.mark.attack("link-flap")
@pytest.mark.attack("power-and-sleep")
async def test_a_call_outlives_a_line_that_flaps_and_ends_by_the_power_button(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    with thaw() as vm:
        call = await under_way(vm, site, people)
        await flap(call, table)
        await button(call, site, table)


@pytest.mark.attack("kill-guard")
@pytest.mark.attack("end-always")
async def test_end_ends_the_call_while_the_guard_is_stopped(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    with thaw() as vm:
        call = await under_way(vm, site, people)
        vm.run("systemctl", "kill", "--kill-whom=main", "--signal=STOP", GUARD)
        began = looks.time_of_day(vm)
        await call.screen.press("End")
        await eventually_known(lambda: colour_on(call.screen) is None, ours(BLANK_WITHIN_S), "no picture", 1)
        blank_after_s = looks.time_of_day(vm) - began
        await ended(call, site)
        over = since(vm, began, "call_state")[-1]
        assert over["data"]["to"] == "ended"
        took_s = over["at_s"] - began
        table.seen(
            "END while the guard is stopped", "the shell shuts the devices; the next guard is told",
            f"no picture after {blank_after_s:.0f} s, ended {took_s:.0f} s after the key", "-",
        )  # fmt: skip


@pytest.mark.attack("usb-arrival")
@pytest.mark.attack("kill-guard")
@pytest.mark.attack("kill-compositor")
@pytest.mark.attack("kill-usbguard")
async def test_a_call_goes_on_through_what_is_tried(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    with thaw() as vm:
        call = await under_way(vm, site, people)
        await keys(call, table)
        await usb(call, table)
        await hurt(call, table, "usbguard.service", "KILL", "USBGuard")
        await hurt(call, table, GUARD, "KILL", "the guard")
        await hurt(call, table, GUARD, "STOP", "the guard")
        await hurt(call, table, SHELL, "KILL", "the compositor")
        await hurt(call, table, SHELL, "STOP", "the compositor")
        assert looks.denied(vm) == []
