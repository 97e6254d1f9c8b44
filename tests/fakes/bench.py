"""A bare laptop on IT's bench, made of files: its disk, firmware, TPM and tools, which a power cut stops anywhere."""

import base64
import hashlib
import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.enrol_code import SECRET_BYTES, EnrolCode
from contract.enrolment import ENROL_ASKED, Enrolled
from contract.manifest import ROOT, UKI, VERITY, FileFacts, Manifest, ReleaseKey, ReleaseKeys, signed
from contract.strict import parse
from contract.words import Use
from installer.station import tpm_lockout
from installer.station.enrols import ByTheProduct
from installer.station.firmware import VARIABLES
from installer.station.install import Ended, run
from installer.station.layout import LEAST_DISK
from installer.station.payload import KEY_FILES, LOADER
from installer.station.ready import Bench
from installer.station.screen import Screen
from kiosk.acceptance.report import Report
from kiosk.errors import Unavailable
from kiosk.lockdown.frozen import as_toml
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.boot import EFIVARS, GLOBAL
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import Finding, MeasureName, Severity, Verdict
from tests.fakes.certificates import Authority
from tests.fakes.enrolling_service import a_key_set
from tests.fakes.usb_laptop import CAMERA, HUB, STICK

NOW: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
MADE: Final = NOW - timedelta(days=3)
SERIAL: Final = "PF3ABCDE"
VERSION: Final = "0.1.0.214"
SERVICE: Final = "https://192.0.2.10:8443"
POLICY: Final = '[network]\nservices = ["192.0.2.10:8443"]\ndhcp = true\n'
PLATFORM: Final = Platform(name="visit-laptop", packages_sha256="a" * 64)
ROOT_HASH: Final = hashlib.sha256(b"the tree").hexdigest()
ROWS: Final = (Finding(MeasureName.BOOT, Verdict.HOLDS, Severity.BLOCK, "Secure Boot is on"),)


class PowerCut(BaseException):
    """Nothing catches it, and nothing is tidied up after it: `FakeLaptop.run` sees to that."""


@dataclass
class Kept:
    """What a power cut leaves: all but the machine's files."""

    luks: list[str] = field(default_factory=list)  # what opens the volume
    sealed_with_secure_boot: bool = False


class FakeLaptop(Machine):
    """The machine. `actions` counts what it did, tools and lines on the screen; `cut_at` is the one it dies in."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._root_folder = root
        self.kept, self.actions, self.cut_at = Kept(), 0, 0
        self.fails: dict[str, str] = {}  # tool by the end of its path: what it says
        self.ran: list[tuple[str, ...]] = []
        self._opened = False
        self.put("/sys/class/tpm/tpm0/tpm_version_major", "2\n")
        self.tpm_answers("80020000000a00000000")
        self.put(
            "/sys/class/tpm/tpm0/pcr-sha256/7", "65CAF8DD1E0EA7A6347B635D2B379C93B9A1351EDC2AFC3ECDA700E234EB3068\n"
        )
        self.put("/sys/class/dmi/id/product_serial", SERIAL + "\n")
        self.put("/sys/class/dmi/id/product_name", "ThinkPad T14\n")
        self.disk("vda", LEAST_DISK)
        self.variable(f"SetupMode-{GLOBAL}", b"\1")
        self.variable(f"SecureBoot-{GLOBAL}", b"\0")
        self.variable(f"BootCurrent-{GLOBAL}", b"\5\0")
        self.plug("usb1", HUB, "09")
        self.plug("1-4", CAMERA, "0e", removable="fixed")
        self.plug("1-1", STICK, "08", removable="removable")
        self.put("/sys/class/net/enp0s31f6/device/vendor", "0x8086\n")
        self.put("/sys/class/net/lo/flags", "0x9\n")

    def put(self, absolute: str, content: str | bytes) -> Path:
        """A file with this in it."""
        path = self.path(absolute)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def tpm_answers(self, answer: str) -> None:
        """What the chip says, in hexadecimal digits, to the one command that is put to it."""
        self.put("/dev/tpmrm0", bytes(len(tpm_lockout.COMMAND)) + bytes.fromhex(answer))

    def disk(self, name: str, size: int) -> None:
        """A disk inside with an old system on it."""
        self.put(f"/sys/block/{name}/size", f"{size // 512}\n")
        self.put(f"/sys/block/{name}/removable", "0\n")
        self.put(f"/sys/block/{name}/device/model", "SAMSUNG MZVL2512\n")
        device = self.put(f"/dev/{name}", b"OLD SYSTEM")
        with device.open("r+b") as file:
            file.truncate(size)

    def variable(self, name: str, content: bytes) -> None:
        """A variable of the firmware's, as efivarfs shows it."""
        self.put(f"{EFIVARS}/{name}", b"\7\0\0\0" + content)

    def plug(self, port: str, descriptors: bytes, interface_class: str, removable: str = "unknown") -> None:
        """A USB device that the installer lets in."""
        place = f"/sys/bus/usb/devices/{port}"
        self.put(f"{place}/idVendor", f"{descriptors[9]:02x}{descriptors[8]:02x}\n")
        self.put(f"{place}/idProduct", f"{descriptors[11]:02x}{descriptors[10]:02x}\n")
        self.put(f"{place}/authorized", "1\n")
        self.put(f"{place}/removable", f"{removable}\n")
        self.put(f"{place}/descriptors", descriptors)
        self.put(f"{place}:1.0/bInterfaceClass", f"{interface_class}\n")

    # ---- what happens to it ----

    def acts(self) -> None:
        """One more thing that is done: or the power goes."""
        self.actions += 1
        if self.actions == self.cut_at:
            raise PowerCut

    def starts_again(self) -> None:
        """What is in memory is gone; keys that were set count from now on."""
        self._opened, self.actions, self.cut_at = False, 0, 0
        self.tpm_answers("80020000000a00000000")
        for path in self._mounted():
            path.unlink()
        if self.path(f"{EFIVARS}/{VARIABLES['PK']}").exists():
            self.variable(f"SetupMode-{GLOBAL}", b"\0")
            self.variable(f"SecureBoot-{GLOBAL}", b"\1")

    def write_variable(self, _machine: Machine, place: str, content: bytes) -> None:
        """As firmware does: of a signed value the lists are kept."""
        self.acts()
        value = content[4:]
        if place in VARIABLES.values():
            value = value[16 + int.from_bytes(value[16:20], "little") :]
        self.variable(place, value)

    @property
    def starts(self) -> str | None:
        """What the firmware would find on the disk: the old system, ours, or nothing, and then it starts the stick."""
        with self.path("/dev/vda").open("rb") as file:
            head = file.read(16)
        if head.startswith(b"OLD"):
            return "old"
        if (self._part("1") / "EFI/BOOT/BOOTX64.EFI").exists():
            return "ours"
        return None

    # ---- its tools ----

    def run(self, *command: str, given: str | None = None) -> str:
        """One of them, by name."""
        self.acts()
        self.ran.append(command)
        name = command[0].rpartition("/")[2]
        if name in self.fails:
            raise Unavailable(f"{command[0]} failed: {self.fails[name]}")
        tool = getattr(self, "_" + name.replace("-", "_").replace(".", "_"), None)
        return "" if tool is None else tool(command, given or "")

    def _sfdisk(self, _command: tuple[str, ...], given: str) -> str:
        assert 'name="var"' in given
        shutil.rmtree(self._root_folder / "parts", ignore_errors=True)
        with self.path("/dev/vda").open("r+b") as file:
            file.write(b"GPT")
        return ""

    def _mkfs_vfat(self, _command: tuple[str, ...], _given: str) -> str:
        shutil.rmtree(self._part("1"), ignore_errors=True)
        return ""

    def _mkfs_ext4(self, _command: tuple[str, ...], _given: str) -> str:
        assert self._opened
        shutil.rmtree(self._part("6"), ignore_errors=True)
        return ""

    def _mount(self, command: tuple[str, ...], _given: str) -> str:
        device, place = command[-2], Path(command[-1])
        if device.endswith("mapper/var"):
            assert self._opened
            folder = self._part("6")
        elif command[2] == "erofs":
            folder = self._root_folder / "image"
            (folder / "usr/lib/visit-kiosk").mkdir(parents=True, exist_ok=True)
            (folder / "usr/lib/visit-kiosk/platform.toml").write_text(as_toml(PLATFORM))
        else:
            folder = self._part(device[-1])
        folder.mkdir(parents=True, exist_ok=True)
        place.rmdir()
        place.symlink_to(folder)
        return ""

    def _umount(self, command: tuple[str, ...], _given: str) -> str:
        place = Path(command[-1])
        place.unlink()
        place.mkdir()
        return ""

    def _cryptsetup(self, command: tuple[str, ...], _given: str) -> str:
        if command[1] == "luksFormat":
            assert len(Path(command[command.index("--key-file") + 1]).read_bytes()) == 32
            self.kept = Kept(luks=["password"])
            return ""
        slots: dict[str, object] = {str(number): {} for number in range(len(self.kept.luks))}
        token = {"type": "systemd-tpm2", "keyslots": ["0"], "tpm2-pcrs": [7]}
        return json.dumps({"keyslots": slots, "tokens": {"0": token} if "tpm2" in self.kept.luks else {}})

    def _systemd_cryptenroll(self, command: tuple[str, ...], _given: str) -> str:
        if command[1] == "--wipe-slot=password":
            self.kept.luks.remove("password")
        else:
            assert "--tpm2-pcrs=7" in command
            self.kept.luks.append("tpm2")
        return ""

    def _systemd_cryptsetup(self, command: tuple[str, ...], _given: str) -> str:
        if command[1] == "attach" and "tpm2" not in self.kept.luks:
            raise Unavailable("no key of the TPM opens it")
        self._opened = command[1] == "attach"
        return ""

    def _systemd_creds(self, command: tuple[str, ...], given: str) -> str:
        return f"sealed:{given}" if command[1] == "encrypt" else Path(command[-2]).read_text().removeprefix("sealed:")

    def _part(self, number: str) -> Path:
        return self._root_folder / "parts" / number

    def _mounted(self) -> list[Path]:
        places = [self.path(place) for place in ("/var", "/run/visit-install/esp", "/run/visit-install/root")]
        return [place for place in places if place.is_symlink()]


class FakeEnrols(ByTheProduct):
    """Enrols over a network that is not there: by the product's own keys and files, and an authority of the test's."""

    def __init__(self, machine: Machine, authority: Authority) -> None:
        super().__init__(machine)
        self._authority = authority
        self.fails: Unavailable | None = None

    def enrol(self, service: str, code: str) -> None:
        """As over the network."""
        if self.fails is not None:
            raise self.fails
        self.take(self.answer(self.ask(service, code)))

    def answer(self, question: bytes) -> bytes:
        """What the service would say."""
        asked = parse(question, ENROL_ASKED)
        key = x509.load_pem_x509_csr(asked.request.encode()).public_key()
        assert isinstance(key, EllipticCurvePublicKey)
        said = Enrolled(
            establishment="HMP Example",
            laptop="Visits 1",
            use=Use.LIVE,
            certificate=self._authority.laptop(key),
            authority=self._authority.pem,
            keys=a_key_set(Use.LIVE),
            server_time=NOW,
            replaces=False,
        )
        return said.model_dump_json().encode()


class OnTheBench:
    """Everything of one installation: the laptop, the stick, and what was said."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.laptop = FakeLaptop(folder / "root")
        self.stick = folder / "stick"
        self.reports: Path | None = self.stick
        self.authority = Authority(folder, "ours")
        self.enrols = FakeEnrols(self.laptop, self.authority)
        self.code = str(EnrolCode.of(bytes(range(SECRET_BYTES)), self.authority.der))
        self.said: list[str] = []
        self.now = NOW
        self.key = Ed25519PrivateKey.generate()
        self.release()
        self.site()
        (self.stick / "policy.toml").write_text(POLICY)

    def release(self, **changed: bytes) -> None:
        """A rightly signed release on the stick."""
        folder = self.stick / "release"
        folder.mkdir(parents=True, exist_ok=True)
        contents = {ROOT: b"r" * 70_000, VERITY: b"v" * 5000, UKI: b"MZ kernel", LOADER: b"MZ loader"}
        contents |= {name: auth(key) for key, name in KEY_FILES.items()}
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        files = {
            name: FileFacts(size=len(content), sha256=hashlib.sha256(content).hexdigest())
            for name, content in contents.items()
        }
        manifest = Manifest(version=VERSION, root_hash=ROOT_HASH, files=files, made_at=MADE)
        (folder / "manifest.jws").write_text(signed(manifest, "release-1", self.key))
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        keys = ReleaseKeys(keys=(ReleaseKey(key_id="release-1", public_key=public),))
        self.laptop.put("/usr/lib/visit-kiosk/release-key.json", keys.model_dump_json())

    def site(self, more: str = "", network: str = 'kind = "wired"', head: str = "") -> None:
        """The site's settings on the stick."""
        text = f'service = "{SERVICE}"\n{head}\n[network]\n{network}\n[[laptop]]\ncode = "{self.code}"\n{more}'
        (self.stick / "site.toml").write_text(text)

    def _say(self, line: str) -> None:
        self.laptop.acts()
        self.said.append(line)

    def run(self) -> Ended | None:
        """The stick starts; None where the power went."""
        bench = Bench(
            machine=self.laptop,
            stick=self.stick,
            reports=self.reports,
            screen=Screen(self._say, monotonic=lambda: 0.0),
            enrols=self.enrols,
            rows=lambda: ROWS,
            page=_page,
            now=lambda: self.now,
            write_variable=self.laptop.write_variable,
        )
        try:
            return run(bench)
        except PowerCut:
            return None

    def installed(self) -> Ended | None:
        """As often as the stick starts by itself."""
        ended = self.run()
        while ended is Ended.STARTS_AGAIN:
            self.laptop.starts_again()
            ended = self.run()
        return ended

    @property
    def last_words(self) -> str:
        """What stands on the screen, without its colours."""
        return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", " ".join(self.said[-12:])).split())


def auth(key: str) -> bytes:
    """An .auth file: a time, the length of a signature, a signature, and what the variable holds then."""
    signature = b"signature of it."
    return bytes(16) + (4 + len(signature)).to_bytes(4, "little") + signature + f"the list {key}".encode()


def _page(report: Report) -> bytes:
    return b"%PDF " + report.laptop.encode()
