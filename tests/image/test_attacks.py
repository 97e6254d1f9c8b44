"""Tier I: what leads out of the screen, or in, on the image itself, as it starts from an installed disk.

Each attack is tried as people would, fails, and is tried again without the control that held it: then it works. All
start from one frozen machine with its first picture on the screen.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.image.conftest import START_S
from tests.image.kit import looks, wire
from tests.image.kit.dilation import ours
from tests.image.kit.screen import has_words, is_dark, shows_the_same
from tests.image.kit.table import Table
from tests.image.kit.trail import since
from tests.image.kit.vm import ROOT, Vm, eventually, overlaid

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(1800)]
Thaw = Callable[[], AbstractContextManager[Vm]]
DISK_WITHIN_S = 3  # a driver of sticks lets them settle for a second
CHORDS_S = 8.0  # fourteen of three keys each, which QEMU presses one after another
NOTICED_IN_S = 30.0  # a watchdog's 10 s, and a start
SAID_FOR_S = ours(60)  # as long as a code stays on the screen
SHELL = "visit-shell.service"
SECOND_SCREEN = "/sys/class/drm/card0-Virtual-2"
CHORDS = (
    ("alt", "f4"), ("alt", "tab"), ("alt", "esc"), ("esc",), ("meta_l",), ("meta_l", "d"), ("meta_l", "r"),
    *(("ctrl", key) for key in "opsnwq"), *((f"f{number}",) for number in range(1, 13)), ("print",), ("menu",),
    ("shift", "f10"), *[("shift",)] * 5, ("audiomute",), ("volumeup",), ("volumedown",), ("audioplay",), ("mail",),
    ("calculator",), ("ctrl", "shift", "esc"), ("ctrl", "alt", "backspace"),
)  # fmt: skip
NO_VT = "no console beside the screen's: cage without VT switching, no getty"


def shown_again(vm: Vm, within_s: float = 180) -> bool:
    """Whether the screen shows something again."""
    return eventually(lambda: not is_dark(vm.picture("now")), within_s, 2)


def unit_text(name: str) -> str:
    return (ROOT / "installer/units" / name).read_text()


def exec_start(unit: str) -> str:
    (line,) = [line for line in unit_text(unit).splitlines() if line.startswith("ExecStart=")]
    return line.removeprefix("ExecStart=")


def asks_for_consoles(vm: Vm) -> None:
    """Every key that shows another console, where there is one."""
    for key in (*(f"f{number}" for number in range(1, 13)), "left", "right"):
        vm.press("ctrl", "alt", key)


# ---- keys -----------------------------------------------------------------------------------------------------------
@pytest.mark.attack("consoles")
@pytest.mark.image_full
def test_no_other_console_comes_up(running: Vm, table: Table) -> None:
    def works() -> bool:
        asks_for_consoles(running)
        return eventually(lambda: looks.console(running) != "tty1", ours(CHORDS_S))

    def without() -> None:
        command = exec_start("visit-shell.service").replace("/usr/bin/cage", "/usr/bin/cage -s")
        looks.change_unit(running, "visit-shell.service", f"[Service]\nExecStart=\nExecStart={command}\n")
        running.run("systemctl", "restart", "visit-shell.service", within_s=180)
        assert shown_again(running)

    table.attack("Ctrl+Alt+F1..F12, Ctrl+Alt+arrows", NO_VT, works, without, "tty1 stays on the screen")


@pytest.mark.attack("restart-keys")
@pytest.mark.image_full
def test_ctrl_alt_del_eight_times_starts_nothing_again(running: Vm, table: Table) -> None:
    def works() -> bool:
        for _ in range(8):
            running.press("ctrl", "alt", "delete")
        return running.happened("RESET", ours(10))

    def without() -> None:
        looks.unmask(running, "ctrl-alt-del.target")
        running.python(
            "import fcntl, os; tty = os.open('/dev/tty1', os.O_RDWR | os.O_NOCTTY); fcntl.ioctl(tty, 0x4B45, 3)"
        )  # KDSKBMODE: the kernel listens to the keys of this console again, as it would without a seat

    control = "target masked, burst off, keys taken from the console"
    table.attack("Ctrl+Alt+Del, eight times", control, works, without, "the same start goes on")


@pytest.mark.attack("restart-keys")
def test_sysrq_does_nothing(running: Vm, table: Table) -> None:
    def works() -> bool:
        for key in "rub":
            running.press("alt", "sysrq", key)
        return running.happened("RESET", 10)

    def without() -> None:
        looks.write(running, "/proc/sys/kernel/sysrq", "1")

    table.attack("Alt+SysRq + r u b", "`kernel.sysrq=0`", works, without, "the same start goes on")


@pytest.mark.attack("keys-chords")
def test_chords_leave_the_screen_as_it_is(running: Vm, table: Table) -> None:
    pid, before, began = looks.main_pid(running, SHELL), running.picture("before"), looks.time_of_day(running)
    for chord in CHORDS:
        running.press(*chord)
    assert eventually(lambda: since(running, began, "presses_swallowed") != [], ours(30), 5)
    assert looks.main_pid(running, SHELL) == pid
    assert shows_the_same(before, running.picture("after"))
    swallowed = sum(record["data"]["count"] for record in since(running, began, "presses_swallowed"))
    table.seen(
        f"{len(CHORDS)} chords and keys: Alt+F4, Alt+Tab, Esc, Super, F1-F12, Print, Menu, Shift five times, media",
        "the input guard; no shortcut, menu or dialog", f"same picture, same process; {swallowed} counted",
        "tried at tier X",
    )  # fmt: skip


@pytest.mark.attack("second-screen")
@pytest.mark.image_full
def test_a_second_screen_is_turned_off_and_shows_nothing(laptop: Vm, tmp_path: Path, table: Table) -> None:
    """On a machine that is started anew: one that was frozen has one screen."""

    def works() -> bool:
        looks.write(vm, f"{SECOND_SCREEN}/status", "on")
        vm.run("systemctl", "restart", SHELL, within_s=300)  # the compositor finds it as it starts
        is_lit = eventually(lambda: looks.read(vm, f"{SECOND_SCREEN}/enabled") == "enabled", ours(4))
        assert is_dark(vm.picture("second", head=1))
        return is_lit

    def without() -> None:
        vm.run("systemctl", "kill", "--signal=STOP", "visit-guard.service")

    with overlaid(laptop, tmp_path / "laptop").on() as vm:
        assert eventually(lambda: vm.is_up(5) and looks.is_locked_down(vm), START_S, 5)
        table.attack(
            "a second screen", "*displays*: the guard turns it off", works, without, "off; nothing is drawn there"
        )


# ---- what is plugged in ---------------------------------------------------------------------------------------------
def plug(vm: Vm, driver: str, name: str, **more: object) -> None:
    vm.ask("device_add", driver=driver, id=name, bus="xhci.0", **more)
    vm.run("udevadm", "settle")


def let_all_in(vm: Vm) -> None:
    for each in ("usbguard.service", "visit-guard.service"):  # they would shut it out again at once
        vm.run("systemctl", "kill", "--signal=STOP", each)
    looks.load_forbidden_drivers(vm)
    looks.authorise_all(vm)


KEPT_OUT = "`authorized_default=0`, USBGuard by id, hash and port, the guard, no driver"


@pytest.mark.attack("usb-arrival")
def test_a_stick_that_was_there_before_the_start_becomes_no_disk(running: Vm, table: Table) -> None:
    def works() -> bool:
        return eventually(lambda: any(each.startswith("sd") for each in looks.blocks(running)), ours(DISK_WITHIN_S))

    table.attack("USB stick, there before the start", KEPT_OUT, works, lambda: let_all_in(running), "no block device")


@pytest.mark.attack("usb-arrival")
def test_a_mouse_that_was_there_before_the_start_becomes_no_input(running: Vm, table: Table) -> None:
    def works() -> bool:
        return eventually(lambda: any("USB Mouse" in each for each in looks.inputs(running)), 5)

    table.attack("USB mouse, there before the start", KEPT_OUT, works, lambda: let_all_in(running), "no input")


@pytest.mark.attack("usb-arrival")
def test_a_stick_becomes_no_disk(running: Vm, table: Table) -> None:
    before = looks.blocks(running)

    def works() -> bool:
        return eventually(lambda: looks.blocks(running) != before, ours(DISK_WITHIN_S))

    running.ask("blockdev-add", **{"node-name": "new", "driver": "null-co", "size": 1 << 24})
    plug(running, "usb-storage", "new-stick", drive="new")
    table.attack("USB stick, while it runs", KEPT_OUT, works, lambda: let_all_in(running), "no block device")


@pytest.mark.attack("usb-arrival")
def test_a_keyboard_becomes_no_input(running: Vm, table: Table) -> None:
    before = looks.inputs(running)

    def works() -> bool:
        return eventually(lambda: looks.inputs(running) != before, 5)

    plug(running, "usb-kbd", "new-keyboard")
    plug(running, "usb-mouse", "new-mouse")
    table.attack("USB keyboard and mouse, while it runs", KEPT_OUT, works, lambda: let_all_in(running), "no input")


@pytest.mark.attack("usb-arrival")
def test_a_network_card_becomes_no_interface(running: Vm, table: Table) -> None:
    before = looks.networks(running)

    def works() -> bool:
        return eventually(lambda: looks.networks(running) != before, 5)

    running.ask("netdev_add", type="user", id="foreign-net")
    plug(running, "usb-net", "new-net", netdev="foreign-net")
    table.attack("USB network card", KEPT_OUT, works, lambda: let_all_in(running), "no interface")


@pytest.mark.attack("usb-arrival")
def test_a_serial_line_becomes_no_tty(running: Vm, table: Table) -> None:
    def works() -> bool:
        return eventually(lambda: looks.serial_ports(running) != [], 5)

    running.ask("chardev-add", id="nothing", backend={"type": "null", "data": {}})
    plug(running, "usb-serial", "new-serial", chardev="nothing", **{"always-plugged": True})
    table.attack("USB serial line", KEPT_OUT, works, lambda: let_all_in(running), "no tty")


@pytest.mark.attack("usb-arrival")
def test_a_headset_that_is_not_enrolled_becomes_no_sound_card(running: Vm, table: Table) -> None:
    before = looks.sound_cards(running)

    def works() -> bool:
        return eventually(lambda: looks.sound_cards(running) != before, 5)

    plug(running, "usb-audio", "new-sound", audiodev="sound")
    table.attack("USB headset that is not enrolled", KEPT_OUT, works, lambda: let_all_in(running), "no sound card")


@pytest.mark.attack("kill-usbguard")
def test_usbguard_killed_lets_nothing_in(running: Vm, table: Table) -> None:
    before = looks.inputs(running)
    keyboards = iter(range(9))

    def works() -> bool:
        running.run("systemctl", "kill", "--signal=KILL", "usbguard.service")
        plug(running, "usb-kbd", f"late-{next(keyboards)}")
        return eventually(lambda: looks.inputs(running) != before, 5)

    def without() -> None:
        looks.change_unit(running, "usbguard.service", "[Service]\nRestart=no\n[Unit]\nFailureAction=none\n")
        running.run("systemctl", "kill", "--signal=STOP", "visit-guard.service")  # it would shut it out again at once
        running.python(
            "from pathlib import Path\n"
            "for p in Path('/sys/bus/usb/devices').glob('usb*/authorized_default'): p.write_text('1')"
        )

    table.attack(
        "USBGuard killed, then a keyboard",
        "`usbcore.authorized_default=0`, signed, and the guard",
        works,
        without,
        "no input",
    )


# ---- the network ----------------------------------------------------------------------------------------------------
SENDING = {
    "tcp 192.0.2.77 443": "s = socket.socket(); s.setblocking(False); s.connect_ex(('192.0.2.77', 443))",
    "tcp 10.0.2.2 22": "s = socket.socket(); s.setblocking(False); s.connect_ex(('10.0.2.2', 22))",
    "udp 10.0.2.3 53": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x' * 30, ('10.0.2.3', 53))",
    "icmp 10.0.2.2": (
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).sendto(bytes.fromhex('0800f7ff00000000'), ('10.0.2.2', 0))"
    ),
}  # fmt: skip


@pytest.mark.attack("network-traffic")
@pytest.mark.parametrize("where", SENDING)
def test_nothing_leaves_for_where_policy_does_not_say(running: Vm, table: Table, where: str) -> None:
    def works() -> bool:
        running.python(f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {SENDING[where]}")
        return eventually(lambda: where in wire.seen(running.folder), 5)

    table.attack(
        f"a packet by root: {where}", "nftables, output drop", works,
        lambda: running.run("nft", "flush", "ruleset"), "none on the wire",
    )  # fmt: skip


@pytest.mark.attack("firewall-absent")
@pytest.mark.image_full
def test_without_a_firewall_the_machine_does_not_run(thaw: Thaw, table: Table) -> None:
    def fails(vm: Vm) -> None:
        looks.change_unit(vm, "visit-firewall.service", "[Service]\nExecStart=\nExecStart=/usr/bin/false\n")
        vm.run("systemctl", "restart", "--no-block", "visit-firewall.service")

    with thaw() as vm:
        fails(vm)
        assert eventually(lambda: "Tell IT: B9" in looks.console_words(vm), 60, 2)
        assert eventually(lambda: has_words(vm.picture("no-firewall")), 20)
        assert not looks.is_active(vm, "visit-shell.service")
        assert vm.happened("RESET", SAID_FOR_S + 120)
    with thaw() as vm:
        dumb = "[Unit]\nSuccessAction=none\nFailureAction=none\n[Service]\nExecStart=\nExecStart=/usr/bin/true\n"
        looks.change_unit(vm, "visit-broken@B9.service", dumb)
        fails(vm)
        assert not vm.happened("RESET", SAID_FOR_S + 120)
    table.seen(
        "the firewall cannot be loaded", "`OnFailure=` of its unit", "B9 on the screen, then it starts again",
        "it stays on",
    )  # fmt: skip


@pytest.mark.attack("kill-guard")
@pytest.mark.image_full
def test_a_guard_that_does_not_stay_up_is_said_on_the_screen_and_the_machine_starts_again(
    running: Vm, table: Table
) -> None:
    looks.change_unit(running, "visit-guard.service", "[Service]\nExecStart=\nExecStart=/usr/bin/false\n")
    running.run("systemctl", "restart", "--no-block", "visit-guard.service")
    assert eventually(lambda: "Tell IT: B7" in looks.console_words(running), 120, 2)
    assert eventually(lambda: has_words(running.picture("broken")), 20)
    assert not looks.is_active(running, "visit-shell.service")
    assert running.happened("RESET", SAID_FOR_S + 120)
    table.seen("the guard does not stay up", "`OnFailure=` of its unit", "B7 on the screen, then it starts again", "-")


# ---- what is killed, and the buttons --------------------------------------------------------------------------------
@pytest.mark.attack("kill-compositor")
@pytest.mark.attack("consoles")
@pytest.mark.image_full
def test_a_compositor_that_is_killed_comes_back_and_shows_no_prompt(running: Vm, table: Table) -> None:
    def works() -> bool:
        running.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "visit-shell.service")
        asks_for_consoles(running)
        gone = eventually(lambda: is_dark(running.picture("gone")), 30, 0.5)
        return looks.console(running) != "tty1" or not (gone and shown_again(running, 120))

    def without() -> None:
        looks.change_unit(running, "visit-shell.service", "[Service]\nRestart=no\n")

    table.attack(
        "the compositor killed, then Ctrl+Alt+F1..F12, arrows",
        "`Restart=always`",
        works,
        without,
        "back, on the same console",
    )


@pytest.mark.attack("kill-shell")
@pytest.mark.image_full
@pytest.mark.parametrize("signal", ["KILL", "STOP"])
def test_a_shell_that_is_killed_or_stopped_comes_back(running: Vm, table: Table, signal: str) -> None:
    def works() -> bool:
        was = looks.shell_pid(running)
        running.python(f"import os, signal; os.kill({was}, signal.SIG{signal})")
        is_back = eventually(lambda: looks.shell_pid(running) not in (was, ""), ours(NOTICED_IN_S), 2)
        return not (is_back and shown_again(running))

    def without() -> None:
        looks.change_unit(running, SHELL, "[Service]\nRestart=no\nWatchdogSec=0\n")
        running.run("systemctl", "restart", SHELL, within_s=300)
        assert shown_again(running)

    table.attack(
        f"the shell's own process: {signal}", "`Restart=always`, its watchdog", works, without, "back, on the screen"
    )


@pytest.mark.attack("kill-usbguard")
@pytest.mark.image_full
def test_usbguard_stopped_lets_nothing_in(running: Vm, table: Table) -> None:
    before = looks.inputs(running)
    running.run("systemctl", "kill", "--signal=STOP", "usbguard.service")
    plug(running, "usb-kbd", "late-keyboard")

    def works() -> bool:
        return eventually(lambda: looks.inputs(running) != before, 5)

    table.attack(
        "USBGuard stopped, then a keyboard", "`usbcore.authorized_default=0`, signed", works,
        lambda: let_all_in(running), "no input",
    )  # fmt: skip


@pytest.mark.attack("power-and-sleep")
@pytest.mark.image_full
def test_the_power_button_does_not_switch_it_off(running: Vm, table: Table) -> None:
    def works() -> bool:
        running.ask("system_powerdown")
        return running.happened("SHUTDOWN", ours(10))

    def without() -> None:
        running.python(
            "from pathlib import Path; folder = Path('/run/systemd/logind.conf.d'); folder.mkdir(parents=True);"
            "(folder / 'zz.conf').write_text('[Login]\\nHandlePowerKey=poweroff\\n')"
        )
        running.run("systemctl", "restart", "systemd-logind.service")

    table.attack("power button", "logind: `HandlePowerKey=ignore`", works, without, "it runs on; the guard is told")


@pytest.mark.attack("boot-menu")
def test_firmware_and_whoever_stands_behind_it_say_nothing_to_the_system(running: Vm, table: Table) -> None:
    assert running.python("import os; print(os.path.exists('/run/credentials/@system'))").strip() == "False"
    table.seen(
        "credentials by SMBIOS and fw_cfg", "`systemd.import_credentials=no`, signed", "not taken", "not tried",
    )  # fmt: skip


def test_nothing_has_failed(running: Vm) -> None:
    assert "0 loaded units listed" in running.run("systemctl", "--failed", "--no-pager")
    assert looks.is_active(running, "visit-guard.service")
    assert looks.is_active(running, "visit-shell.service")
