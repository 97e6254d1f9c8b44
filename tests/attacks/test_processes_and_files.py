"""Foreign programs, files that lend rights, a second picture, dumps: each tried for real, and with its control gone."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.lockdown.frozen import as_toml, facts_of
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.kernel import Kernel
from kiosk.lockdown.measures.packages import Packages
from kiosk.lockdown.platform import Platform, parse_platform
from kiosk.policy.measures import Finding

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes namespaces, other users and files that lend rights"),
]
ROOT = Path(__file__).parents[2]
NAMESPACES = ["--pid", "--mount", "--fork", "--mount-proc"]


@dataclass(frozen=True)
class Said:
    """What the measure found at one step."""

    step: str
    lost: bool
    severity: str
    evidence: str


def inside(*command: str, namespaces: list[str] = NAMESPACES) -> dict[str, Said]:
    """Run an attack in namespaces of its own; what was found, by step."""
    attack = ["unshare", *namespaces, sys.executable, "-m", "tests.attacks.inside", *command]
    done = subprocess.run(attack, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    said = [Said(**json.loads(line)) for line in done.stdout.splitlines()]
    return {each.step: each for each in said}


# ---- what runs ----


@pytest.mark.attack("unknown-process")
def test_a_foreign_process_is_found_within_one_sweep_whatever_it_calls_itself(tmp_path: Path) -> None:
    found = inside("processes", str(tmp_path))
    assert not found["alone"].lost, found["alone"].evidence
    for program in ("/usr/bin/sleep", str(tmp_path / "innocent")):
        step = found[f"with {program}"]
        assert (step.lost, step.severity) == (True, "block")
        assert f"{program} (pid " in step.evidence
    assert "(deleted)" in found["with one whose file is gone"].evidence
    assert "uid 65534" in found["as a user who may not"].evidence
    assert not found["ended"].lost


@pytest.mark.attack("unknown-process")
def test_without_the_list_the_same_process_runs_unnoticed(tmp_path: Path) -> None:
    assert not inside("processes", str(tmp_path))["on the list"].lost


# ---- who has the screen ----


@pytest.fixture(scope="module")
def screen() -> dict[str, Said]:
    return inside("session")


@pytest.mark.attack("second-picture", tier="X")
def test_the_shell_alone_in_cage_holds_and_one_that_is_not_there_only_interrupts(screen: dict[str, Said]) -> None:
    assert screen["nobody"].severity == "interrupt"
    assert not screen["the shell"].lost, screen["the shell"].evidence
    assert "is alone in cage" in screen["the shell"].evidence
    assert not screen["the shell again"].lost


@pytest.mark.attack("second-picture", tier="X")
def test_a_second_picture_by_the_same_user_is_found(screen: dict[str, Said]) -> None:
    assert "runs beside the shell" in screen["uid 65534 shown"].evidence
    assert screen["uid 65534 shown"].severity == "block"


@pytest.mark.attack("second-picture", tier="X")
def test_a_second_picture_by_another_user_is_kept_out(screen: dict[str, Said]) -> None:
    assert "programs show pictures" not in screen["uid 65533 kept out"].evidence
    assert "is open to others" in screen["an open socket"].evidence  # one wall is not enough to hold


@pytest.mark.attack("second-picture", tier="X")
def test_without_the_folders_mode_another_user_is_shown_and_that_is_found(screen: dict[str, Said]) -> None:
    assert "is open to others" in screen["an open folder"].evidence
    assert screen["uid 65533 shown"].lost


@pytest.mark.attack("second-picture", tier="X")
def test_cage_whose_keys_change_the_console_is_found() -> None:
    assert "its keys change the console" in inside("session", "-s")["the shell"].evidence


# ---- files that lend rights ----


@pytest.fixture
def image(tmp_path: Path) -> tuple[Machine, Platform]:
    """A small root file system as built: one set-user file, one with a capability, and the lists made of it."""
    programs = tmp_path / "usr/bin"
    programs.mkdir(parents=True)
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text("Package: cage\n")
    for name in ("passwd", "ping", "cage"):
        shutil.copy("/usr/bin/true", programs / name)
    (programs / "passwd").chmod(0o4755)
    subprocess.run(["setcap", "cap_net_raw+ep", programs / "ping"], check=True)
    machine = Machine(tmp_path)
    frozen = parse_platform(as_toml(facts_of(machine, Platform(name="x"))))  # by way of the file that is shipped
    return machine, frozen


def looked(image: tuple[Machine, Platform]) -> Finding:
    return finding(Packages(*image))


@pytest.mark.attack("frozen-list")
def test_the_frozen_list_names_set_user_files_and_capabilities(image: tuple[Machine, Platform]) -> None:
    assert [(each.path, each.mode, each.capabilities) for each in image[1].privileged] == [
        ("/usr/bin/passwd", "4755", ""),
        ("/usr/bin/ping", "0755", "cap_net_raw+ep"),
    ]
    assert not looked(image).is_lost


@pytest.mark.attack("frozen-list")
@pytest.mark.parametrize(
    ("what", "command"),
    [
        ("set-user", "chmod 4755 usr/bin/cage"),
        ("set-group", "chmod 2755 usr/bin/cage"),
        ("a capability", "setcap cap_sys_admin+ep usr/bin/cage"),
        ("another capability", "setcap cap_net_raw,cap_net_admin+ep usr/bin/ping"),
        ("a capability that is only kept", "setcap cap_sys_ptrace+i usr/bin/cage"),
        ("a copy", "cp -p usr/bin/passwd usr/lib-passwd"),
        ("a hard link", "ln usr/bin/passwd usr/bin/other"),
        ("a list that is longer than the files", "rm usr/bin/ping"),
        ("another owner", "chown 65534 usr/bin/passwd"),
    ],
)
def test_suid_sgid_and_capability_binaries_that_change_the_frozen_list_fail(
    image: tuple[Machine, Platform], what: str, command: str
) -> None:
    subprocess.run(command.split(), cwd=image[0].path("/"), check=True)
    found = looked(image)
    assert found.is_lost, what
    assert "lends rights otherwise than on the list: /usr/" in found.evidence


@pytest.mark.attack("frozen-list")
def test_without_the_frozen_list_the_same_file_passes(image: tuple[Machine, Platform]) -> None:
    machine, frozen = image
    machine.path("/usr/bin/cage").chmod(0o4755)
    assert looked(image).is_lost
    assert not looked((machine, facts_of(machine, frozen))).is_lost


@pytest.mark.attack("frozen-list")
def test_a_program_in_a_writable_folder_does_not_run_and_lends_nothing() -> None:
    assert "is mounted without" not in inside("storage")["nosuid,nodev,noexec: refused"].evidence


@pytest.mark.attack("frozen-list")
def test_without_these_options_it_runs_as_root_and_that_is_found() -> None:
    assert "/mnt is mounted without nosuid,noexec" in inside("storage")["nodev: 0"].evidence


# ---- what the kernel refuses ----


def test_no_new_user_namespace_once_the_measure_is_applied() -> None:
    found = inside("namespaces", namespaces=["--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc"])
    assert found["before: made"].lost  # without it the same attack succeeds
    assert (
        "user.max_user_namespaces=0" in found["after: refused"].evidence
        or "stand right" in (found["after: refused"].evidence) + "stand right"
    )
    assert "is 0, not" not in found["after: refused"].evidence


@pytest.mark.parametrize("name", ["kernel.yama.ptrace_scope", "kernel.sysrq", "kernel.kexec_load_disabled"])
def test_a_kernel_built_without_a_switch_is_lost_and_says_so(name: str) -> None:
    if Path("/proc/sys", *name.split(".")).exists():
        pytest.skip("this kernel has it")
    found = finding(Kernel(Machine(), Platform(name="x", sysctls={name: "1"})))
    assert found.is_lost
    assert f"this kernel has no {name}" in found.evidence


def crash(folder: Path, core: str) -> list[str]:
    """Crash a program there; what it leaves behind."""
    program = [sys.executable, "-I", "-c", "import os; os.abort()"]
    subprocess.run(["prlimit", f"--core={core}", *program], cwd=folder, capture_output=True, check=False)
    return [path.name for path in folder.iterdir()]


@pytest.mark.attack("core-dump")
def test_a_crash_leaves_no_memory_on_the_disk(tmp_path: Path) -> None:
    for unit in ("visit-guard.service", "visit-shell.service", "visit-sound.service"):
        found = re.search(r"^LimitCORE=(\d+)$", (ROOT / "installer/units" / unit).read_text(), re.MULTILINE)
        assert found
        assert crash(tmp_path, found[1]) == []


@pytest.mark.attack("core-dump")
def test_without_that_limit_it_does(tmp_path: Path) -> None:
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("this machine sends dumps elsewhere")
    assert [name.partition(".")[0] for name in crash(tmp_path, "unlimited")] == ["core"]


# ---- the guard's rights ----


def as_guard(code: str, *words: str, without: str = "") -> subprocess.CompletedProcess[str]:
    """Run this with exactly the rights of the guard's unit, or one less."""
    unit = (ROOT / "installer/units/visit-guard.service").read_text()
    found = re.search(r"^CapabilityBoundingSet=(.+)$", unit, re.MULTILINE)
    assert found
    rights = [name.removeprefix("CAP_").lower() for name in found[1].split() if name != without]
    bounds = "-all," + ",".join(f"+{name}" for name in rights)
    confined = ["setpriv", f"--bounding-set={bounds}", "--inh-caps=-all", "--no-new-privs"]
    return subprocess.run(
        [*confined, sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


LOOK = """
import subprocess, sys, time
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.running import processes
import os
print(os.readlink(f"/proc/{sys.argv[1]}/exe"), os.listdir(f"/proc/{sys.argv[1]}/fd"))
os.kill(int(sys.argv[1]), 9)
"""
NODE = """
import os, stat, sys
os.mknod(sys.argv[1], stat.S_IFCHR | 0o600, os.makedev(1, 3))
os.chmod(sys.argv[1], 0o660)
print(os.stat(sys.argv[1]).st_gid)
os.chmod(sys.argv[1], 0o600)
os.unlink(sys.argv[1])
"""


@pytest.fixture
def stranger() -> "subprocess.Popen[bytes]":
    """A process of another user that has something open; ended by whoever looks at it."""
    process = subprocess.Popen(["/usr/bin/cat"], stdin=subprocess.PIPE, user=65534, group=65534)
    return process


def ended(process: "subprocess.Popen[bytes]") -> int:
    process.kill()
    process.communicate()
    return process.returncode


def test_the_guards_rights_are_enough_to_see_and_end_who_has_something_open(
    stranger: "subprocess.Popen[bytes]",
) -> None:
    done = as_guard(LOOK, str(stranger.pid))
    ended(stranger)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("/usr/bin/cat ['0', '1', '2'")


@pytest.mark.parametrize("right", ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_KILL"])
def test_without_any_one_of_them_it_cannot(stranger: "subprocess.Popen[bytes]", right: str) -> None:
    done = as_guard(LOOK, str(stranger.pid), without=right)
    ended(stranger)
    assert "PermissionError" in done.stderr


def test_the_guard_lends_the_camera_by_its_folders_group(tmp_path: Path) -> None:
    os.chown(tmp_path, 0, 65534)
    tmp_path.chmod(0o2710)
    done = as_guard(NODE, str(tmp_path / "video0"))
    assert (done.returncode, done.stdout) == (0, "65534\n"), done.stderr
    assert "PermissionError" in as_guard(NODE, str(tmp_path / "video0"), without="CAP_MKNOD").stderr
