"""What attacks run as the first process of namespaces of their own, where what they do reaches nobody else.

`python -m tests.attacks.inside NAME [WORDS]` prints what the measure found, as JSON lines.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Measure, finding
from kiosk.lockdown.measures.kernel import Kernel
from kiosk.lockdown.measures.processes import Processes
from kiosk.lockdown.measures.session import CAGE, RUNTIME, Session
from kiosk.lockdown.measures.storage import Storage
from kiosk.lockdown.platform import Platform, Program

NOBODY: Final = 65534
PYTHON: Final = str(Path(sys.executable).resolve())
SLEEP: Final = "/usr/bin/sleep"
WITHIN_S: Final = 10.0
CONNECT: Final = (
    "import socket, sys, time; line = socket.socket(socket.AF_UNIX); line.connect(sys.argv[1]);"
    " print('shown', flush=True); sys.stdin.read()"
)


def say(step: str, measure: Measure) -> None:
    """One look, for the test outside."""
    found = finding(measure)
    json.dump({"step": step, "lost": found.is_lost, "severity": found.severity, "evidence": found.evidence}, sys.stdout)
    sys.stdout.write("\n")
    sys.stdout.flush()


@contextmanager
def started(*command: str, **how: object) -> Iterator["subprocess.Popen[str]"]:
    """A process that ends with the block."""
    process: subprocess.Popen[str] = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **how,  # type: ignore[call-overload]  # user, group and env, as given
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def ended_by_its_client(cage: "subprocess.Popen[str]") -> Iterator[None]:
    """Its client ends with its input. By a signal it would leave its display for X programs taken, outside too."""
    try:
        yield
    finally:
        cage.communicate(timeout=WITHIN_S)


def wait_until(claim: Callable[[], bool], what: str) -> None:
    """Fails with `what` when it does not come true in time."""
    end = time.monotonic() + WITHIN_S
    while not claim():
        if time.monotonic() > end:
            raise AssertionError(f"not within {WITHIN_S} s: {what}")
        time.sleep(0.02)


def runs(process: "subprocess.Popen[str]", exe: str) -> Callable[[], bool]:
    """Whether it runs this program already."""
    return lambda: str(Path(f"/proc/{process.pid}/exe").readlink()).startswith(exe)


def processes(folder: str) -> None:
    """A program of the machine, one of an attacker's, and one whose file is gone; then the list with all."""
    ours = Program(path=PYTHON, users=("root",))
    measure = Processes(Machine(), Platform(name="x", programs=(ours,)))
    say("alone", measure)
    copy = str(Path(folder) / "innocent")
    shutil.copy(SLEEP, copy)
    for program in (SLEEP, copy):
        with started(program, "60") as process:
            wait_until(runs(process, program), program)
            say(f"with {program}", measure)
    with started(copy, "60") as process:
        wait_until(runs(process, copy), copy)
        Path(copy).unlink()
        say("with one whose file is gone", measure)
    with started(SLEEP, "60", user=NOBODY, group=NOBODY) as process:
        wait_until(runs(process, SLEEP), SLEEP)
        listed = Program(path=SLEEP, users=("root",))
        say("as a user who may not", Processes(Machine(), Platform(name="x", programs=(ours, listed))))
        listed = Program(path=SLEEP, users=("nobody",))
        say("on the list", Processes(Machine(), Platform(name="x", programs=(ours, listed))))
    say("ended", measure)


def session(*options: str) -> None:
    """The real compositor with one client; then a second client of the same user, and one of another."""
    for folder in ("/run", "/etc/systemd"):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", folder], check=True)
    Path("/etc/systemd/system.conf.d").mkdir()
    Path("/etc/systemd/system.conf.d/50-visit-kiosk.conf").write_text("[Manager]\nCtrlAltDelBurstAction=none\n")
    platform = Platform(name="x", shell_user="nobody")
    Path("/etc/systemd/system").mkdir()
    for unit in platform.masked:
        Path(f"/etc/systemd/system/{unit}").symlink_to("/dev/null")
    runtime = Path(RUNTIME)
    runtime.mkdir(mode=0o700)
    os.chown(runtime, NOBODY, NOBODY)
    measure = Session(Machine(), platform)
    say("nobody", measure)
    headless = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
    socket = f"{RUNTIME}/wayland-0"
    client = (PYTHON, "-c", CONNECT, socket)
    as_shell = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}
    environment = headless | {"XDG_RUNTIME_DIR": RUNTIME}
    command = (CAGE, *options, "--", *client)
    with started(*command, **as_shell, env=environment, stderr=subprocess.DEVNULL) as cage, ended_by_its_client(cage):
        assert cage.stdout is not None
        wait_until(lambda: cage.stdout is not None and cage.stdout.readline() == "shown\n", "the shell is shown")
        say("the shell", measure)
        _intrude(measure, client, as_shell)
        runtime.chmod(0o755)
        Path(socket).chmod(0o777)
        say("an open folder", measure)
        _intrude(measure, client, {"user": NOBODY - 1, "group": NOBODY - 1, "extra_groups": [], "cwd": "/"})
        runtime.chmod(0o700)
        say("an open socket", measure)
        _intrude(measure, client, {"user": NOBODY - 1, "group": NOBODY - 1, "extra_groups": [], "cwd": "/"})
        Path(socket).chmod(0o700)
        say("the shell again", measure)


def _intrude(measure: Measure, client: tuple[str, ...], user: dict[str, object]) -> None:
    with started(*client, **user, stderr=subprocess.DEVNULL) as intruder:
        assert intruder.stdout is not None
        shown = intruder.stdout.readline() == "shown\n"
        say(f"uid {user['user']} {'shown' if shown else 'kept out'}", measure)


def storage(folder: str = "/mnt") -> None:
    """A writable folder from which nothing may run, and the same when it may."""
    measure = Storage(Machine(), Platform(name="x", mounts={folder: ("nosuid", "nodev", "noexec")}))
    place = Path(folder)
    for options in ("nosuid,nodev,noexec", "nodev"):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options + ",mode=755", "none", folder], check=True)
        program = place / "program"
        shutil.copy("/usr/bin/id", program)
        program.chmod(0o4755)
        try:
            ran = subprocess.run([program, "-u"], capture_output=True, text=True, user=NOBODY, check=True).stdout
        except PermissionError:
            ran = "refused"
        say(f"{options}: {ran.strip()}", measure)
        subprocess.run(["umount", folder], check=True)


def namespaces() -> None:
    """In a user namespace of its own, where the switch is its own too: set it, and try to make one more."""
    measure = Kernel(Machine(), Platform(name="x", sysctls={"user.max_user_namespaces": "0"}))
    for step in ("before", "after"):
        made = subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode == 0
        say(f"{step}: {'made' if made else 'refused'}", measure)
        measure.apply()


ATTACKS: Final[dict[str, Callable[..., None]]] = {
    "processes": processes,
    "session": session,
    "storage": storage,
    "namespaces": namespaces,
}

if __name__ == "__main__":
    ATTACKS[sys.argv[1]](*sys.argv[2:])
