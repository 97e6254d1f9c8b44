"""Attack: exec, fork+exec, open of /etc/shadow, /home, /proc/1/mem, /dev/*, ptrace, D-Bus, from inside the shell.

Real processes, started by the product's own launcher on this kernel; as root where not said otherwise, so that it is
Landlock and seccomp that refuse and not the files' own modes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attacks.kit.captive import CALLS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
NOBODY = 65534
CONFINED, FREE = "nothing", "files,exec"
OUTSIDE = ("read=/etc/shadow", "list=/home", "list=/root", "read=/proc/1/mem", "read=/proc/1/environ", "list=/proc")
SUCCEED = ("unshare", "userfaultfd", "keyctl", "a_packet_socket", "a_raw_socket", "a_uevent_socket", "personality")


@dataclass
class Answers:
    """What one captive said: the errno of each attack, what the measures found, and what came of an exec."""

    of: dict[str, str]
    found: dict[str, tuple[str, str]]
    last: str


@dataclass
class Prison:
    """Starts captives; `uid` is theirs."""

    folder: Path
    uid: int = 0

    def tries(self, *attacks: str, without: str = CONFINED) -> Answers:
        """Try these, each for real."""
        runtime = self.folder / f"run-{len(list(self.folder.iterdir()))}"
        runtime.mkdir()
        os.chown(runtime, self.uid, self.uid)
        done = subprocess.run(
            [sys.executable, "-m", "tests.attacks.kit.captive", without, f"--guard={runtime}/guard.sock", *attacks],
            cwd=ROOT,
            user=self.uid,
            group=self.uid,
            extra_groups=[],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.stdout, done.stderr
        first, *rest = done.stdout.splitlines()
        said = json.loads(first)
        found = {name: (verdict, evidence) for name, verdict, evidence in said["found"]}
        return Answers(said["answers"], found, rest[0] if rest else "")


@pytest.fixture
def prison(tmp_path: Path) -> Prison:
    return Prison(tmp_path)


@pytest.fixture
def as_nobody() -> Iterator[Prison]:
    """A prison that another user can reach; pytest's own folders are closed to others."""
    done = subprocess.run(["mktemp", "-d", "-p", "/var/tmp"], capture_output=True, text=True, check=True)
    folder = Path(done.stdout.strip())
    folder.chmod(0o755)
    try:
        yield Prison(folder, NOBODY)
    finally:
        subprocess.run(["rm", "-r", str(folder)], check=True)


@pytest.fixture
def sibling() -> Iterator[str]:
    """Another process of the captive's own user, by its id."""
    with subprocess.Popen(["sleep", "60"], user=NOBODY, group=NOBODY, extra_groups=[]) as process:
        yield str(process.pid)
        process.kill()


def test_the_shell_can_start_no_program_and_no_process(prison: Prison) -> None:
    answers = prison.tries("run=/bin/true", "fork", "fork_by_clone", "clone3", "thread", "exec=/bin/echo")
    assert answers.of == {
        "run=/bin/true": "EPERM",
        "fork": "EPERM",
        "fork_by_clone": "EPERM",
        "clone3": "ENOSYS",
        "thread": "done",
    }
    assert answers.last == '"EPERM"'
    assert answers.found["exec"][0] == "holds"


def test_without_seccomp_and_landlock_it_starts_them(prison: Prison) -> None:
    answers = prison.tries("run=/bin/true", "fork", "exec=/bin/echo", without=FREE)
    assert answers.of == {"run=/bin/true": "done", "fork": "done"}
    assert answers.last == "ran"
    assert answers.found["exec"][0] == "lost"


def test_without_seccomp_landlock_alone_still_keeps_it_from_programs(prison: Prison) -> None:
    answers = prison.tries("run=/bin/true", "fork", without="exec")
    assert answers.of == {"run=/bin/true": "EACCES", "fork": "done"}


def test_the_shell_can_open_no_file_that_is_not_its_own(prison: Prison) -> None:
    outside = prison.folder / "kept"
    outside.write_text("a record")
    attacks = (*OUTSIDE, f"read={outside}", f"write={outside}", "write=/tmp/left-behind", f"read={ROOT}/pyproject.toml")
    answers = prison.tries(*attacks, "read=/proc/self/status", "read=/dev/null", "read=/usr/lib/os-release")
    allowed = {"read=/proc/self/status", "read=/dev/null", "read=/usr/lib/os-release"}
    assert {attack for attack, answer in answers.of.items() if answer == "done"} == allowed
    assert {answers.of[attack] for attack in attacks} == {"EACCES"}
    assert answers.found["files"][0] == "holds", answers.found


def test_without_landlock_it_opens_them(prison: Prison) -> None:
    outside = prison.folder / "kept"
    outside.write_text("a record")
    here = [attack for attack in OUTSIDE if "/proc/1/" not in attack]  # refused to any but pid 1's equals here
    answers = prison.tries(*here, f"read={outside}", f"write={outside}", without="files")
    assert set(answers.of.values()) == {"done"}
    assert answers.found["files"][0] == "lost"


def test_the_shell_can_open_no_device_that_it_was_not_given(prison: Prison) -> None:
    given = {"null", "zero", "urandom", "random"}
    nodes = [node for node in Path("/dev").iterdir() if not node.is_dir() and node.name not in given]
    nodes = [node for node in nodes if not node.is_symlink() and not node.name.startswith("video")]
    answers = prison.tries(*(f"read={node}" for node in nodes), *(f"read=/dev/{name}" for name in given))
    assert len(nodes) > 5
    assert {answers.of[f"read={node}"] for node in nodes} == {"EACCES"}
    assert {answers.of[f"read=/dev/{name}"] for name in given} == {"done"}


def test_without_landlock_it_opens_the_kernels_log_and_more(prison: Prison) -> None:
    answers = prison.tries("read=/dev/kmsg", "read=/dev/full", "read=/dev/ptmx", without="files")
    assert set(answers.of.values()) == {"done"}


def test_the_shell_cannot_reach_into_another_process_of_its_own_user(as_nobody: Prison, sibling: str) -> None:
    attacks = (f"ptrace={sibling}", f"process_vm_readv={sibling}", f"kill={sibling}")
    answers = as_nobody.tries(*attacks, f"read=/proc/{sibling}/mem")
    assert {answers.of[attack] for attack in attacks} == {"EPERM"}
    assert answers.of[f"read=/proc/{sibling}/mem"] == "EACCES"
    assert answers.found["exec"][1].startswith("NoNewPrivs 1, Seccomp 2 on 1 thread(s), no capability")


def test_without_seccomp_landlock_alone_still_keeps_it_from_signals_and_ptrace(as_nobody: Prison, sibling: str) -> None:
    answers = as_nobody.tries(f"ptrace={sibling}", f"kill={sibling}", without="exec")
    assert set(answers.of.values()) == {"EPERM"}


def test_without_either_it_reaches_into_it(as_nobody: Prison, sibling: str) -> None:
    attacks = (f"ptrace={sibling}", f"process_vm_readv={sibling}", f"kill={sibling}", f"read=/proc/{sibling}/mem")
    answers = as_nobody.tries(*attacks, without=FREE)
    assert set(answers.of.values()) == {"done"}


def test_the_shell_can_ask_the_kernel_for_nothing_that_a_visit_does_not_need(prison: Prison) -> None:
    calls = set(CALLS) - {"clone3"}
    assert prison.tries(*calls).of == dict.fromkeys(calls, "EPERM")


@pytest.mark.parametrize("call", SUCCEED)
def test_without_seccomp_the_kernel_does_it(prison: Prison, call: str) -> None:
    assert prison.tries(call, without=FREE).of == {call: "done"}


def test_without_seccomp_the_rest_reaches_the_kernel(prison: Prison) -> None:
    calls = {"bpf", "perf_event_open", "io_uring_setup", "reboot", "swapon", "setns", "fork_by_clone", "mount"}
    answers = prison.tries(*calls, without=FREE).of
    assert "EPERM" not in answers.values(), answers
    assert "ENOSYS" not in answers.values(), answers


def test_the_shell_cannot_type_on_a_terminal(prison: Prison) -> None:
    attacks = ("terminal=5412", "terminal=100005412", "terminal=541c")
    assert set(prison.tries(*attacks).of.values()) == {"EACCES"}  # not even open one
    assert set(prison.tries(*attacks, without="files").of.values()) == {"EPERM"}
    assert "EPERM" not in prison.tries("terminal=5412", without=FREE).of.values()


@pytest.fixture
def bus(as_nobody: Prison) -> Iterator[tuple[str, Path]]:
    """A real D-Bus daemon: its abstract address, and its socket in a folder."""
    home = as_nobody.folder / "bus"
    home.mkdir()
    path, abstract = home / "socket", f"@visit-test-{os.getpid()}"
    settings = as_nobody.folder / "bus.conf"
    settings.write_text(
        "<busconfig><type>session</type>"
        f"<listen>unix:abstract={abstract[1:]}</listen><listen>unix:path={path}</listen>"
        '<policy context="default"><allow user="*"/><allow send_destination="*"/><allow own="*"/></policy></busconfig>'
    )
    command = ["dbus-daemon", f"--config-file={settings}", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        assert "unix:" in daemon.stdout.readline()
        yield abstract, path
        daemon.terminate()


def test_the_shell_cannot_reach_a_bus_on_an_abstract_socket(as_nobody: Prison, bus: tuple[str, Path]) -> None:
    abstract, _ = bus
    assert as_nobody.tries(f"connect={abstract}").of == {f"connect={abstract}": "EPERM"}


def test_without_landlock_it_reaches_it(as_nobody: Prison, bus: tuple[str, Path]) -> None:
    abstract, _ = bus
    assert as_nobody.tries(f"connect={abstract}", without="files").of == {f"connect={abstract}": "done"}


def test_the_shell_cannot_reach_a_bus_in_a_folder_that_is_closed_to_its_user(
    as_nobody: Prison, bus: tuple[str, Path]
) -> None:
    _, path = bus
    path.parent.chmod(0o700)
    assert as_nobody.tries(f"connect={path}").of == {f"connect={path}": "EACCES"}


def test_without_that_folders_mode_it_reaches_it_for_landlock_knows_no_sockets_by_path(
    as_nobody: Prison, bus: tuple[str, Path]
) -> None:
    _, path = bus
    assert as_nobody.tries(f"connect={path}").of == {f"connect={path}": "done"}


def test_the_shell_listens_on_no_port(prison: Prison) -> None:
    assert prison.tries("bind").of == {"bind": "EACCES"}
    assert prison.tries("bind", without="files").of == {"bind": "done"}
