"""Who has the screen: holds, each way of losing, unreadable, and a shell that is only being started."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures import session as measure
from kiosk.lockdown.measures.session import Session
from kiosk.lockdown.required import MASKED
from kiosk.policy.measures import Finding, Severity, Verdict
from tests.fakes.laptop_root import (
    PYTHON,
    SHELL_PID,
    SHELL_UID,
    LaptopRoot,
    connections,
    listening,
    lost_with,
    on_screen,
    populated,
)

SOCKET = "/run/visit-shell/wayland-0"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LaptopRoot]:
    laptop = LaptopRoot(tmp_path)
    populated(laptop)
    on_screen(laptop)
    folder = laptop.machine.path("/run/visit-shell")
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    monkeypatch.chdir(folder)  # a whole path would be too long for a socket
    server = listening(Path("wayland-0"))
    server.listen()
    for path in (folder, folder / "wayland-0"):
        owned(path, SHELL_UID, monkeypatch)
    laptop.put("/run/visit-shell/wayland-0.lock", "")
    yield laptop
    server.close()


def owned(path: Path, uid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give it to the shell's user, or let the measure look for ours where only root may give."""
    try:
        import os

        os.chown(path, uid, uid)
    except PermissionError:
        pytest.skip("only root gives files away")


def looked(root: LaptopRoot) -> Finding:
    return finding(Session(root.machine, root.platform))


def test_it_holds_for_the_shell_alone_in_cage(root: LaptopRoot) -> None:
    Session(root.machine, root.platform).apply()
    found = looked(root)
    assert found.verdict is Verdict.HOLDS, found.evidence
    assert f"the shell (pid {SHELL_PID}) is alone in cage" in found.evidence


def test_a_shell_that_is_not_there_only_interrupts(root: LaptopRoot) -> None:
    for pid in (700, 701, SHELL_PID):
        root.ends(pid)
    found = looked(root)
    lost_with(found, "the shell is not running")
    assert found.severity is Severity.INTERRUPT


def test_cage_that_is_about_to_start_the_shell_only_interrupts(root: LaptopRoot) -> None:
    root.ends(SHELL_PID)
    found = looked(root)
    lost_with(found, "cage runs without the shell")
    assert found.severity is Severity.INTERRUPT


def test_a_shell_outside_cage_blocks(root: LaptopRoot) -> None:
    root.ends(700)
    found = looked(root)
    lost_with(found, "does not run inside /usr/bin/cage")
    assert found.severity is Severity.BLOCK


@pytest.mark.parametrize(
    ("exe", "parent"),
    [("/usr/bin/cage", 1), (PYTHON, 700), (PYTHON, SHELL_PID), ("/usr/bin/bash", 1), ("/usr/lib/systemd/systemd", 600)],
)
def test_a_second_program_of_the_shells_user_blocks(root: LaptopRoot, exe: str, parent: int) -> None:
    root.runs(900, exe, SHELL_UID, parent=parent)
    lost_with(looked(root), f"runs beside the shell: {exe} (pid 900")


def test_cage_whose_keys_change_the_console_blocks(root: LaptopRoot) -> None:
    root.put("/proc/700/cmdline", "/usr/bin/cage\0-s\0--\0python")
    lost_with(looked(root), "its keys change the console")


def test_a_second_client_of_the_screen_blocks(root: LaptopRoot) -> None:
    connections(root, 2)
    lost_with(looked(root), "2 programs show pictures")


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o707])
def test_a_runtime_folder_open_to_others_blocks(root: LaptopRoot, mode: int) -> None:
    root.machine.path("/run/visit-shell").chmod(mode)
    lost_with(looked(root), "is open to others")


def test_a_socket_of_somebody_else_blocks(root: LaptopRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    owned(root.machine.path(SOCKET), 0, monkeypatch)
    lost_with(looked(root), "is not cage's socket")


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_socket_open_to_others_blocks(root: LaptopRoot, mode: int) -> None:
    root.machine.path(SOCKET).chmod(mode)
    lost_with(looked(root), "wayland-0 is open to others")


def test_a_second_socket_blocks(root: LaptopRoot) -> None:
    root.put("/run/visit-shell/wayland-1", "")
    lost_with(looked(root), "has 2 sockets of a compositor")


def test_a_socket_that_is_not_there_yet_only_interrupts(root: LaptopRoot) -> None:
    root.drop(SOCKET)
    assert looked(root).severity is Severity.INTERRUPT


@pytest.mark.parametrize(
    ("terminal", "uid"), [((4 << 8) | 2, 0), ((4 << 8) | 1, 0), ((4 << 8) | 64, 0), ((136 << 8) | 0, SHELL_UID)]
)
def test_a_process_with_a_terminal_blocks(root: LaptopRoot, terminal: int, uid: int) -> None:
    root.runs(600, PYTHON, uid, parent=700, terminal=terminal)
    lost_with(looked(root), f"has a terminal (device {terminal >> 8}:{terminal & 255})")


def test_a_terminal_that_a_process_gets_later_is_found_in_its_turn_and_stays_found(root: LaptopRoot) -> None:
    session = Session(root.machine, root.platform)
    assert not finding(session).is_lost
    root.runs(600, PYTHON, terminal=(4 << 8) | 2)
    assert any(finding(session).is_lost for _ in range(measure.TURNS))
    assert all(finding(session).is_lost for _ in range(measure.TURNS))
    root.runs(600, PYTHON)
    assert not any(finding(session).is_lost for _ in range(measure.TURNS))


def test_another_console_on_the_screen_blocks(root: LaptopRoot) -> None:
    root.put("/sys/class/tty/tty0/active", "tty2")
    lost_with(looked(root), "shows tty2, not tty1")


@pytest.mark.parametrize("unit", MASKED)
def test_a_unit_that_is_not_masked_blocks_and_is_named(root: LaptopRoot, unit: str) -> None:
    root.drop(f"/etc/systemd/system/{unit}")
    lost_with(looked(root), f"not masked: {unit}")
    root.put(f"/usr/lib/systemd/system/{unit}", "[Unit]\n")
    lost_with(looked(root), f"not masked: {unit}")
    root.link(f"/etc/systemd/system/{unit}", f"/usr/lib/systemd/system/{unit}")
    lost_with(looked(root), f"not masked: {unit}")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("/etc/systemd/system.conf.d/50-visit-kiosk.conf", "[Manager]\n"),
        ("/etc/systemd/system.conf.d/60-other.conf", "[Manager]\nCtrlAltDelBurstAction = reboot-force\n"),
        ("/run/systemd/system.conf.d/60-other.conf", "[Manager]\nCtrlAltDelBurstAction=\n"),
    ],
)
def test_ctrl_alt_del_that_does_something_blocks(root: LaptopRoot, file: str, said: str) -> None:
    root.put(file, said)
    lost_with(looked(root), "CtrlAltDelBurstAction is")


def test_a_setting_of_the_same_file_lower_down_does_not_count(root: LaptopRoot) -> None:
    root.put("/usr/lib/systemd/system.conf.d/50-visit-kiosk.conf", "CtrlAltDelBurstAction=reboot-force\n")
    root.put("/etc/systemd/system.conf", "CtrlAltDelBurstAction=reboot-force\n")
    root.put("/etc/systemd/system.conf.d/60-other.txt", "CtrlAltDelBurstAction=reboot-force\n")
    assert looked(root).verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/net/unix", "/sys/class/tty/tty0/active", "/proc/600/stat", "/proc/600/status"]
)
def test_what_cannot_be_read_is_lost(root: LaptopRoot, path: str) -> None:
    root.unreadable(path)
    lost_with(looked(root), "could not look")


def test_a_machine_without_that_user_is_lost(root: LaptopRoot) -> None:
    root.put("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    lost_with(looked(root), "there is no user visit-shell")


def test_it_names_the_compositor_of_the_image() -> None:
    assert measure.CAGE == "/usr/bin/cage"
