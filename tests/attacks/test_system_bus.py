"""Attack: D-Bus to systemd/logind, by the shell's user.

A real dbus-daemon with Debian's own policies of systemd and logind and the installer's of the shell's user, which here
is *nobody*. A stand-in owns both names and knows no method, so that what reaches it is told from what is refused.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.attack("exec-and-co")]
ROOT = Path(__file__).parents[2]
NOBODY = 65534
POLICY = ROOT / "installer/etc/dbus-1/system.d/visit-shell.conf"
DEBIANS = "/usr/share/dbus-1/system.d"
STAND_IN = """
import sys
import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib
flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
kept = []
for name in ("org.freedesktop.login1", "org.freedesktop.systemd1"):
    bus = Gio.DBusConnection.new_for_address_sync(sys.argv[1], flags, None, None)
    kept.append(bus)  # each its own: a rule about one name holds for every name of that connection
    bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                  GLib.Variant("(su)", (name, 0)), None, 0, -1, None)
print("owned", flush=True)
GLib.MainLoop().run()
"""
LOGIND, SYSTEMD = "org.freedesktop.login1", "org.freedesktop.systemd1"
ATTACKS = (
    (LOGIND, "org.freedesktop.login1.Manager.PowerOff"),
    (LOGIND, "org.freedesktop.login1.Manager.Reboot"),
    (LOGIND, "org.freedesktop.login1.Manager.Suspend"),
    (LOGIND, "org.freedesktop.login1.Manager.ListSessions"),
    (LOGIND, "org.freedesktop.login1.Manager.KillSession"),
    (LOGIND, "org.freedesktop.login1.Manager.SetUserLinger"),
    (LOGIND, "org.freedesktop.login1.Seat.SwitchTo"),
    (SYSTEMD, "org.freedesktop.systemd1.Manager.ListUnits"),
    (SYSTEMD, "org.freedesktop.systemd1.Manager.StartUnit"),
    (SYSTEMD, "org.freedesktop.systemd1.Manager.SetUnitProperties"),
    (SYSTEMD, "org.freedesktop.DBus.Properties.GetAll"),
    (LOGIND, "org.freedesktop.login1.Manager.GetSession"),
    (LOGIND, "org.freedesktop.login1.Session.TakeControl"),
    (LOGIND, "org.freedesktop.login1.Session.TakeDevice"),
)


class Bus:
    """A running system bus at `address`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def answers(self, destination: str, method: str) -> str:
        """The name of the error that a call by *nobody* is answered with."""
        command = ["dbus-send", f"--bus={self.address}", "--print-reply", f"--dest={destination}", "/", method]
        done = subprocess.run(
            command, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, text=True, timeout=10, check=False
        )
        return done.stderr.removeprefix("Error ").partition(":")[0]


def running_bus(folder: Path, policy: str) -> Iterator[Bus]:
    folder.chmod(0o755)
    (folder / "ours.conf").write_text(policy)
    settings = folder / "bus.conf"
    settings.write_text(
        f"<busconfig><type>system</type><listen>unix:abstract=visit-{folder.name}</listen><auth>EXTERNAL</auth>"
        '<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>'
        '<allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/>'
        '<allow receive_type="signal"/><allow send_type="signal"/>'
        '<allow send_requested_reply="true" send_type="error"/>'
        '<allow send_requested_reply="true" send_type="method_return"/>'
        '<allow send_destination="org.freedesktop.DBus"/></policy>'
        f"<include>{DEBIANS}/org.freedesktop.login1.conf</include>"
        f"<include>{DEBIANS}/org.freedesktop.systemd1.conf</include>"
        f"<include>{folder}/ours.conf</include></busconfig>"
    )
    command = ["dbus-daemon", f"--config-file={settings}", "--nofork", "--nopidfile", "--print-address=1"]
    with started(command) as daemon:
        address = said(daemon)
        with started(["/usr/bin/python3", "-c", STAND_IN, address]) as names:
            assert said(names) == "owned"
            yield Bus(address)


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process, for as long as it is needed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    """With the installer's policy, for a user that is here."""
    policy = POLICY.read_text()
    assert policy.count('user="visit-shell"') == 1
    yield from running_bus(tmp_path, policy.replace('user="visit-shell"', 'user="nobody"'))


@pytest.fixture
def bus_without_our_policy(tmp_path: Path) -> Iterator[Bus]:
    yield from running_bus(tmp_path, "<busconfig/>")


def test_the_shells_user_reaches_neither_systemd_nor_logind(bus: Bus) -> None:
    answers = {method: bus.answers(*where) for where in ATTACKS if (method := where[1])}
    assert set(answers.values()) == {"org.freedesktop.DBus.Error.AccessDenied"}, answers


def test_without_the_policy_each_of_them_is_reached(bus_without_our_policy: Bus) -> None:
    answers = {method: bus_without_our_policy.answers(*where) for where in ATTACKS if (method := where[1])}
    assert "org.freedesktop.DBus.Error.AccessDenied" not in answers.values(), answers
