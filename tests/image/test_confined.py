"""Tier I: what programs on the image may not do, whoever they became, and what a full disk does to it."""

import pytest

from tests.image.kit import looks, wire
from tests.image.kit.dilation import ours
from tests.image.kit.table import Table
from tests.image.kit.vm import Vm, eventually

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(1800)]
PYTHON = "/usr/bin/python3.13"
NOT_THE_SCREENS = ("/etc/shadow", "/proc/1/environ", "/var/lib/visit-kiosk/audit/trail.jsonl", "/root")
OPENS = """
import os, sys
for path in sys.argv[1:]:
    try:
        os.close(os.open(path, os.O_RDONLY))
        print("opened", path)
    except OSError as error:
        print("not", path, error)
"""
HELD = """
from pathlib import Path
for pid in Path('/sys/fs/cgroup/system.slice/{unit}.service/cgroup.procs').read_text().split():
    print(Path(f'/proc/{{pid}}/attr/current').read_text().strip())
"""
BUS_POLICY = "/etc/dbus-1/system.d/visit-shell.conf"
ASKS = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "ListSessions")
_WITHOUT_FILE = """
import subprocess
from pathlib import Path
nothing = Path('/run/nothing.conf')
nothing.write_text('<busconfig/>')
subprocess.run(['/usr/bin/mount', '--bind', nothing, {path!r}], check=True)
"""
_FILLED = """
import contextlib, os
for size in (1 << 28, 1 << 22, 1 << 16, 1 << 12):
    with contextlib.suppress(OSError), open(f'/var/lib/visit-kiosk/full-{size}', 'wb') as file:
        at = 0
        while True:
            os.posix_fallocate(file.fileno(), at, size)
            at += size
assert os.statvfs('/var/lib/visit-kiosk').f_bavail == 0
"""
_EMPTIED = "from pathlib import Path\nfor each in Path('/var/lib/visit-kiosk').glob('full-*'): each.unlink()"
ADDRESSED = """
from pathlib import Path
kept = Path('/proc/sys/net/ipv6/conf/{card}')
for name, value in (('addr_gen_mode', '0'), ('disable_ipv6', '1'), ('disable_ipv6', '0')):
    (kept / name).write_text(value)
"""
ADDRESSES = "print(open('/proc/net/if_inet6').read())"
IN_USE = " 20 80 "  # scope of a link, and no longer being tried
TALKS_V6 = """
import contextlib, socket
with contextlib.suppress(OSError):
    line = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex('{card}'))
    line.sendto(b'x' * 30, ('ff02::77', 7777))
"""
LET_SLEEP = """
from pathlib import Path
folder = Path('/run/systemd/sleep.conf.d')
folder.mkdir(parents=True)
(folder / 'zz.conf').write_text('[Sleep]\\nAllowSuspend=yes\\n')
"""


@pytest.mark.attack("files")
def test_screen_and_guard_are_held_by_their_profiles(running: Vm) -> None:
    for unit, profile in (("visit-shell", "visit-shell"), ("visit-guard", "visit-guard")):
        held = running.python(HELD.format(unit=unit)).split("\n")
        assert set(filter(None, held)) == {f"{profile} (enforce)"}


@pytest.mark.attack("files")
def test_the_screens_profile_opens_nothing_that_is_not_the_screens(running: Vm, table: Table) -> None:
    profile: list[str] = ["/usr/bin/aa-exec", "-p", "visit-shell", "--"]

    def works() -> bool:
        said = running.run(*profile, PYTHON, "-I", "-c", OPENS, *NOT_THE_SCREENS).splitlines()
        opened = [line for line in said if line.startswith("opened")]
        assert len(opened) in (0, len(NOT_THE_SCREENS)), said
        return opened != []

    table.attack(
        f"root under the screen's profile opens {', '.join(NOT_THE_SCREENS)}", "AppArmor", works, profile.clear,
        "none is opened",
    )  # fmt: skip
    assert any('name="/etc/shadow"' in line for line in looks.denied(running))


def test_the_screens_user_says_nothing_on_the_bus(running: Vm, table: Table) -> None:
    def works() -> bool:
        said = running.run(
            "setpriv", "--reuid=visit-shell", "--regid=visit-shell", "--clear-groups",
            "busctl", "--system", "call", *ASKS, may_fail=True,
        )  # fmt: skip
        return said.startswith("a(")

    def without() -> None:
        running.python(_WITHOUT_FILE.format(path=BUS_POLICY))
        running.run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")

    table.attack("the screen's user calls logind over D-Bus", "the bus's policy", works, without, "no answer")


@pytest.mark.attack("power-and-sleep")
def test_nothing_puts_it_to_sleep(running: Vm, table: Table) -> None:
    def works() -> bool:
        running.run("systemctl", "--no-block", "start", "suspend.target", may_fail=True)
        return running.happened("SUSPEND", 10)

    def without() -> None:
        looks.unmask(running, "sleep.target", "suspend.target")
        running.python(LET_SLEEP)

    table.attack("a suspend that root asks for", "masked, and `AllowSuspend=no`", works, without, "it stays awake")


@pytest.mark.attack("network-traffic")
def test_nothing_leaves_over_ipv6(running: Vm, table: Table) -> None:
    (card,) = (each for each in looks.networks(running) if each != "lo")
    running.python(ADDRESSED.format(card=card))  # it has none by itself
    assert eventually(lambda: IN_USE in running.python(ADDRESSES), ours(10))

    def works() -> bool:
        running.python(TALKS_V6.format(card=card))
        return eventually(lambda: "udp ff02::77 7777" in wire.seen(running.folder), 5)

    table.attack(
        "a packet by root over IPv6: udp ff02::77", "nftables, output drop", works,
        lambda: running.run("nft", "flush", "ruleset"), "none on the wire",
    )  # fmt: skip


@pytest.mark.attack("disk-full")
def test_a_full_disk_is_noticed_and_over_when_there_is_room(running: Vm, table: Table) -> None:
    def disk() -> str:
        rows = running.run("/usr/bin/kiosk", "check", may_fail=True).splitlines()
        return next(row for row in rows if row.startswith("disk "))

    assert " holds " in disk()
    running.python(_FILLED, within_s=300)
    assert eventually(lambda: " LOST " in disk(), ours(30), 5), disk()
    running.python(_EMPTIED)
    assert eventually(lambda: " holds " in disk(), ours(30), 5), disk()
    table.seen("a full disk", "the measure `disk`, and a reserve for the record", "said; over when there is room", "-")
