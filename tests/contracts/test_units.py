"""The units and configuration of the laptop: systemd's own judgement, every line that must be there, and no prompt."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.commands.enrol import CREDENTIALS
from kiosk.lockdown.clean_environment import ON_LAPTOP
from kiosk.lockdown.clock_setting import ASKED
from kiosk.lockdown.credential_files import UNIT_OF
from kiosk.lockdown.measures.session import BURST
from kiosk.lockdown.required import MASKED, SYSCTLS
from kiosk.update.fetched import FETCH
from tests.image.kit.units import UNITS, exposure_of

ROOT = Path(__file__).parents[2]
ETC = ROOT / "installer" / "etc"
SERVICES = sorted(path.name for path in UNITS.glob("visit-*.service"))
MOST = {
    "visit-guard.service": 2.2,  # it reads the list of the kernel's drivers
    "visit-shell.service": 2.0,
    "visit-seat.service": 2.5,
    "visit-supplicant.service": 2.1,  # it has the network interface itself, and says who comes
}  # what may be exposed; the others less
LEAST = 1.7
PYTHON = "/usr/lib/visit-kiosk/venv/bin/python"
OF_A_MODULE = {"video4linux": "videodev", "alsa": "snd", "drm": "drm"}  # input and tty are built in
EVERYWHERE = [
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateMounts=yes",
    "ProtectProc=invisible",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "KeyringMode=private",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
    "LimitCORE=0",
]
NOT_AT = {
    "visit-clock.service": {"ProtectClock=yes"},  # it sets the clock, and does nothing else
    "visit-guard.service": {"ProtectKernelModules=yes"},  # this would hide the list of drivers
}
NEEDED = {
    "visit-clock.service": [
        "Type=oneshot",
        "CapabilityBoundingSet=CAP_SYS_TIME",
        "PrivateNetwork=yes",
        "RestrictAddressFamilies=none",
        "DevicePolicy=closed",
        "SystemCallFilter=clock_settime",
    ],
    "visit-drift.service": [
        "Type=oneshot",
        "CapabilityBoundingSet=CAP_DAC_READ_SEARCH",
        "SupplementaryGroups=tss",
        "PrivateNetwork=yes",
        "RestrictAddressFamilies=AF_UNIX",
        "DevicePolicy=closed",
        "SuccessExitStatus=1",
    ],
    "visit-supplicant.service": [
        "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW",
        "DevicePolicy=closed",
        "IPAddressDeny=any",
        "ConditionPathExists=/var/lib/visit-site/wpa_supplicant/visit.conf",
    ],
    "visit-restart.service": ["SuccessAction=reboot", "FailureAction=reboot"],
    "visit-guard.service": [
        "Type=notify",
        "WatchdogSec=10",
        "Restart=always",
        "SystemCallFilter=kcmp",
        "OnFailure=visit-broken@B7.service",
        "RestrictAddressFamilies=AF_UNIX AF_NETLINK",
        "IPAddressDeny=any",
        "DevicePolicy=closed",
        "Requires=visit-firewall.service",
        "LoadCredentialEncrypted=visit:/var/lib/visit-kiosk/credentials/guard",
    ],
    "visit-shell.service": [
        "Type=notify",
        "NotifyAccess=all",
        "WatchdogSec=10",
        "Restart=always",
        "OnFailure=visit-broken@B8.service",
        "User=visit-shell",
        "Requires=visit-seat.service",
        "InaccessiblePaths=-/var/lib/visit-kiosk -/run/dbus -/run/systemd/private",
        "LoadCredentialEncrypted=visit:/var/lib/visit-kiosk/credentials/shell",
        "BindReadOnlyPaths=-/var/lib/visit-kiosk/identity:/run/visit-identity",
        "SystemCallFilter=setpriority",
        "LimitNICE=-8",
        "StandardInput=null",
        "CapabilityBoundingSet=",
        "DevicePolicy=closed",
        "RuntimeDirectoryMode=0700",
        "Requires=visit-firewall.service",
    ],
    "visit-seat.service": ["DevicePolicy=closed", "Restart=always", "IPAddressDeny=any"],
    "visit-firewall.service": [
        "OnFailure=visit-broken@B9.service",
        "OnFailureJobMode=replace-irreversibly",
        "CapabilityBoundingSet=CAP_NET_ADMIN",
        "RuntimeDirectory=visit-firewall-up",
        "Type=oneshot",
    ],
    "visit-firewall-again.service": ["CapabilityBoundingSet=CAP_NET_ADMIN", "Type=oneshot", "SuccessExitStatus=3"],
    "visit-sound.service": ["User=visit-sound", "CapabilityBoundingSet=", "IPAddressDeny=any", "Restart=always"],
    "visit-firewall-proof@.service": ["CapabilityBoundingSet=CAP_NET_ADMIN", "StandardInput=null"],
    "visit-update.service": [
        "Type=oneshot",
        "CapabilityBoundingSet=",
        "PrivateNetwork=yes",
        "RestrictAddressFamilies=AF_UNIX",
        "DevicePolicy=closed",
    ],
    "visit-update-fetch@.service": [
        "User=visit-update",
        "CapabilityBoundingSet=",
        "PrivateDevices=yes",
        "StandardInput=socket",
        "LoadCredentialEncrypted=visit:/var/lib/visit-kiosk/credentials/shell",
        "InaccessiblePaths=-/var/lib/visit-kiosk -/run/visit-kiosk -/run/dbus -/run/systemd/private",
    ],
    "visit-broken@.service": [
        "Type=oneshot",
        "StandardInput=null",
        "CapabilityBoundingSet=",
        "PrivateNetwork=yes",
        "FailureAction=reboot-force",
    ],
    "visit-health.service": [
        "Type=oneshot",
        "FailureAction=reboot",
        "Before=boot-complete.target",
        "RequiredBy=boot-complete.target",
        "CapabilityBoundingSet=",
        "PrivateNetwork=yes",
    ],
}


def lines_of(unit: str) -> list[str]:
    return [line for line in (UNITS / unit).read_text().splitlines() if line and not line.startswith("#")]


def commands_of(unit: str) -> list[str]:
    return [line.partition("=")[2] for line in lines_of(unit) if re.match(r"Exec\w+=", line)]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder with systemd's own units, ours, and a stand-in for every program they start."""
    root = tmp_path_factory.mktemp("image")
    shutil.copytree("/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    shutil.copytree(UNITS, root / "etc/systemd/system")
    for unit in SERVICES:
        for word in " ".join(commands_of(unit)).split():
            if re.match(r"/usr/(s?bin|lib/visit-kiosk/venv/bin)/", word):
                program = root / word.lstrip("/")
                program.parent.mkdir(parents=True, exist_ok=True)
                program.write_text("#!/bin/false\n")
                program.chmod(0o755)
    return root


def verified(image: Path, unit: str) -> str:
    """What systemd finds wrong with it; empty for nothing."""
    named = unit.replace("@.", "@1.")
    done = subprocess.run(
        ["systemd-analyze", "verify", f"--root={image}", named], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr + ("" if done.returncode == 0 else f"status {done.returncode}")


@pytest.mark.parametrize(
    "unit", [*SERVICES, "visit-firewall-proof.socket", "visit-update-fetch.socket", "visit-update.timer"]
)
def test_systemd_finds_nothing_wrong_with_it(image: Path, unit: str) -> None:
    assert verified(image, unit) == ""


def test_systemd_would_find_a_key_that_it_does_not_know(image: Path) -> None:
    wrong = image / "etc/systemd/system/wrong.service"
    wrong.write_text((UNITS / "visit-guard.service").read_text().replace("WatchdogSec=", "WatchdogSecs="))
    assert "Unknown key" in verified(image, "wrong.service")
    wrong.unlink()


@pytest.mark.parametrize("unit", SERVICES)
def test_it_is_exposed_to_little(unit: str, capsys: pytest.CaptureFixture[str]) -> None:
    exposure = exposure_of(UNITS / unit)
    with capsys.disabled():
        print(f"\n    {unit}: systemd-analyze security says {exposure}", end="")  # noqa: T201 - what it is for
    assert exposure <= MOST.get(unit, LEAST)


def test_systemd_would_see_a_unit_without_its_walls(tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text(f"[Service]\nExecStart={PYTHON} -I -m kiosk.guard\n")
    assert exposure_of(bare) > 9


@pytest.mark.parametrize("unit", SERVICES)
def test_every_wall_that_must_be_there_is_there(unit: str) -> None:
    walls = [line for line in EVERYWHERE if line not in NOT_AT.get(unit, ())]
    assert [line for line in [*walls, *NEEDED[unit]] if line not in lines_of(unit)] == []


def test_the_clock_is_set_by_one_unit_alone() -> None:
    may = [unit for unit in SERVICES if "CAP_SYS_TIME" in "".join(lines_of(unit))]
    assert may == ["visit-clock.service"]
    assert f"PathExists=/run/visit-kiosk/{ASKED}" in (UNITS / "visit-clock.path").read_text().splitlines()


@pytest.mark.parametrize("unit", SERVICES)
def test_no_wall_is_taken_down_again(unit: str) -> None:
    weak = r"(Protect|Private|Restrict|Lock|MemoryDeny|NoNew)\w*=(no|false|0)$|DevicePolicy=auto|Delegate="
    assert [line for line in lines_of(unit) if re.match(weak, line)] == []


@pytest.mark.parametrize("unit", SERVICES)
def test_it_offers_no_prompt_and_starts_no_shell(unit: str) -> None:
    assert not re.search(r"getty|login\b|/(ba|da|z)?sh\b|sulogin|debug", " ".join(commands_of(unit)))
    on_a_console = {
        "visit-shell.service": r"Utmp",
        "visit-broken@.service": r"StandardInput=tty|Utmp",
    }  # it only writes
    unwanted = on_a_console.get(unit, r"TTY|StandardInput=tty|Utmp")
    assert not [line for line in lines_of(unit) if re.match(unwanted, line)]


@pytest.mark.parametrize("unit", SERVICES)
def test_python_is_started_so_that_no_environment_or_folder_reaches_it(unit: str) -> None:
    for command in commands_of(unit):
        assert PYTHON not in command or f"{PYTHON} -I " in command


def test_cage_is_started_so_that_its_keys_change_no_console() -> None:
    (command,) = commands_of("visit-shell.service")
    assert re.search(r"/usr/bin/cage -- /usr/lib", command)


def test_the_guard_has_no_right_over_the_network_and_none_that_gives_it_others() -> None:
    (line,) = [line for line in lines_of("visit-guard.service") if line.startswith("CapabilityBoundingSet=")]
    assert set(line.partition("=")[2].split()) == {
        "CAP_CHECKPOINT_RESTORE",
        "CAP_DAC_READ_SEARCH",
        "CAP_FOWNER",
        "CAP_KILL",
        "CAP_MKNOD",
        "CAP_SYS_PTRACE",
    }


@pytest.mark.parametrize("unit", SERVICES)
def test_a_kind_of_device_is_known_to_the_kernel_before_a_unit_is_let_to_it(unit: str) -> None:
    """Of a kind that /proc/devices does not list when the unit starts, systemd lets it to none (DeviceAllow=)."""
    allowed = {line.partition("=char-")[2].split()[0] for line in lines_of(unit) if "DeviceAllow=char-" in line}
    loaded = {f"modprobe@{module}.service" for kind, module in OF_A_MODULE.items() if kind in allowed}
    for key in ("Wants", "After"):
        named = " ".join(line.partition("=")[2] for line in lines_of(unit) if line.startswith(f"{key}=")).split()
        assert loaded <= set(named)


def test_a_laptop_that_is_not_enrolled_yet_starts_all_the_same_and_each_secret_has_its_folder() -> None:
    for unit in ("visit-guard.service", "visit-shell.service"):
        assert [line for line in lines_of(unit) if line.startswith("Condition") and "/var/lib/" in line] == []
        (loaded,) = [line.partition("visit:")[2] for line in lines_of(unit) if "LoadCredential" in line]
        assert Path(loaded) == CREDENTIALS / unit.removeprefix("visit-").removesuffix(".service")
        assert re.search(rf"^d {loaded} +0700 root root -$", (ETC / "tmpfiles.d/visit-kiosk.conf").read_text(), re.M)
    assert set(UNIT_OF.values()) == {"guard", "shell"}


def test_the_shell_is_started_where_its_variables_say_its_key_is() -> None:
    assert ON_LAPTOP["CREDENTIALS_DIRECTORY"].fullmatch("/run/credentials/visit-shell.service")


def test_the_laptop_is_compared_with_its_acceptance_once_a_week_also_when_it_was_off_then() -> None:
    assert {"OnCalendar=Sun 04:00", "Persistent=yes"} <= set((UNITS / "visit-drift.timer").read_text().splitlines())


def test_nothing_listens_on_the_network() -> None:
    sockets = [line for path in UNITS.glob("*.socket") for line in path.read_text().splitlines() if "Listen" in line]
    assert sorted(sockets) == [
        "ListenNetlink=netfilter 64",
        "ListenStream=/run/visit-firewall/proof.sock",
        "ListenStream=/run/visit-update/fetch.sock",
    ]


def test_who_writes_an_update_has_no_network_and_who_fetches_it_no_disk() -> None:
    writes, fetches = lines_of("visit-update.service"), lines_of("visit-update-fetch@.service")
    assert {"PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX", "DeviceAllow=block-* rw"} <= set(writes)
    assert not [line for line in fetches if line.startswith(("ReadWritePaths", "DeviceAllow"))]
    assert commands_of("visit-update.service")[0].endswith("kiosk update --by-itself")
    assert f"ListenStream={FETCH}" in (UNITS / "visit-update-fetch.socket").read_text().splitlines()


def test_the_switches_of_the_kernel_are_those_that_the_measure_reads() -> None:
    said = (ETC / "sysctl.d/90-visit-kiosk.conf").read_text().splitlines()
    given = dict(line.split(" = ") for line in said if line and not line.startswith("#"))
    assert given == {name: value.removeprefix(">=") for name, value in SYSCTLS.items()}


def test_the_masked_units_are_those_that_the_measure_looks_for() -> None:
    said = (ETC / "systemd/masked-units").read_text().splitlines()
    assert tuple(line for line in said if not line.startswith("#")) == MASKED
    for unit in ("ctrl-alt-del.target", "debug-shell.service", "emergency.service", "rescue.service", "getty@.service"):
        assert unit in MASKED


def test_ctrl_alt_del_does_nothing_and_no_memory_is_kept() -> None:
    said = (ETC / "systemd/system.conf.d/50-visit-kiosk.conf").read_text().splitlines()
    assert {f"{BURST}=none", "CrashShell=no", "DumpCore=no"} <= set(said)
    assert "Storage=none" in (ETC / "systemd/coredump.conf.d/50-visit-kiosk.conf").read_text()


@pytest.mark.parametrize("driver", ["usb_storage", "uas", "usbnet", "cdc_acm", "bluetooth", "firewire_core"])
def test_a_driver_that_lends_a_way_in_does_not_load(driver: str) -> None:
    assert f"install {driver} /bin/false" in (ETC / "modprobe.d/visit-kiosk.conf").read_text().splitlines()


def test_each_word_that_the_laptop_cannot_start_has_its_text_and_its_line_in_the_manual() -> None:
    told = {path.name: path.read_text() for path in (UNITS.parent / "etc/visit-kiosk/broken").iterdir()}
    configured = [*UNITS.glob("*"), *(UNITS.parent / "etc/systemd").rglob("*.conf")]
    named = {code for path in configured for code in re.findall(r"visit-broken@(\w+)\.service", path.read_text())}
    assert named == told.keys()
    in_the_first_program = re.findall(r'stop (B\d) "([^"]+)"', (UNITS.parent / "image/initrd/init").read_text())
    manual = (UNITS.parents[1] / "docs/imaging.md").read_text()
    for code, sentence in [
        *in_the_first_program,
        *((code, text.split("\n")[3].strip()) for code, text in told.items()),
    ]:
        assert f"| {code} | {sentence} |" in manual


@pytest.mark.parametrize("unit", SERVICES)
def test_only_one_that_is_given_up_calls_what_is_named_for_that(unit: str) -> None:
    """Systemd from 255 calls `OnFailure=` at each try, unless it goes straight on."""
    lines = lines_of(unit)
    if "Restart=always" in lines and any(line.startswith("OnFailure=") for line in lines):
        more = UNITS.parent / f"etc/systemd/system/{unit}.d/restart.conf"
        assert "RestartMode=direct" in more.read_text().splitlines()
