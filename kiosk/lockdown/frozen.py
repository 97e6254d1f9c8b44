"""The frozen lists of an image, computed from its files: by who builds it, and by who checks it. Decides nothing."""

import errno
import hashlib
import json
import os
import stat
import struct
from collections.abc import Iterator
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import Platform, Privileged

PACKAGE_LIST: Final = "/var/lib/dpkg/status"
CAPABILITIES: Final = "security.capability"
CAPABILITY_WORDS: Final = (  # by number, as in linux/capability.h
    "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service "
    "net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin "
    "sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override "
    "mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"
)
CAPABILITY_NAMES: Final = tuple(CAPABILITY_WORDS.split())
ENTRIES: Final = ("programs", "privileged")  # lists of tables
NO_CAPABILITIES: Final = frozenset({errno.ENODATA, errno.ENOTSUP})  # none; a file system that has none
ANY_RUNS: Final = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
SPECIAL: Final = stat.S_ISUID | stat.S_ISGID


def packages_sha256(machine: Machine) -> str:
    """The hash of the list of what is installed. Raises OSError."""
    with machine.path(PACKAGE_LIST).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def privileged_files(machine: Machine) -> tuple[Privileged, ...]:
    """Every file below the root, on its own file system, that is set-user, set-group or has capabilities; by path.

    Other file systems are mounted nosuid; `storage` sees to that. Raises OSError for a folder it cannot read.
    """
    top = machine.path("/")
    return tuple(sorted(_walk(str(top), "/", top.lstat().st_dev), key=lambda each: each.path))


def _walk(folder: str, shown: str, device: int) -> Iterator[Privileged]:
    with os.scandir(folder) as entries:
        for entry in entries:
            place = shown + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.stat(follow_symlinks=False).st_dev == device:
                    yield from _walk(entry.path, place + "/", device)
            elif entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                if found.st_mode & (SPECIAL | ANY_RUNS):
                    capabilities = _capabilities(entry.path) if found.st_mode & ANY_RUNS else ""
                    if capabilities or found.st_mode & SPECIAL:
                        mode, owner = f"{stat.S_IMODE(found.st_mode):04o}", f"{found.st_uid}:{found.st_gid}"
                        yield Privileged(path=place, mode=mode, owner=owner, capabilities=capabilities)


def _capabilities(path: str) -> str:
    """The capabilities of a file, as `cap_net_raw+ep`; empty for none."""
    try:
        raw = os.getxattr(path, CAPABILITIES, follow_symlinks=False)
    except OSError as error:
        if error.errno in NO_CAPABILITIES:
            return ""
        raise
    magic, low, low_kept, high, high_kept = struct.unpack("<5I", raw[:20].ljust(20, b"\0"))
    permitted, inheritable = low | high << 32, low_kept | high_kept << 32
    effective = "e" if magic & 1 else ""
    sets = ((permitted & ~inheritable, "p"), (permitted & inheritable, "ip"), (inheritable & ~permitted, "i"))
    return " ".join(f"{_names(bits)}+{effective}{kind}" for bits, kind in sets if bits)


def _names(bits: int) -> str:
    numbers = [number for number in range(64) if bits >> number & 1]
    known = len(CAPABILITY_NAMES)
    return ",".join(f"cap_{CAPABILITY_NAMES[number] if number < known else number}" for number in numbers)


def facts_of(machine: Machine, platform: Platform) -> Platform:
    """The same platform with what this machine's files say: what is privileged and what is installed."""
    found = {"privileged": privileged_files(machine), "packages_sha256": packages_sha256(machine)}
    return platform.model_copy(update=found)


def as_toml(platform: Platform) -> str:
    """The platform as the file that `find_platform` reads: plain values, then tables, one entry a paragraph."""
    facts = platform.model_dump(mode="json")
    plain = [f"{name} = {_value(value)}" for name, value in facts.items() if name not in ENTRIES and _is_plain(value)]
    tables = [
        "\n".join([f"[{name}]", *(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items())])
        for name, value in facts.items()
        if isinstance(value, dict)
    ]
    entries = [
        "\n".join([f"[[{name}]]", *(f"{key} = {_value(each)}" for key, each in entry.items() if each)])
        for name in ENTRIES
        for entry in facts[name]
    ]
    return "\n\n".join(["\n".join(plain), *tables, *entries]) + "\n"


def _is_plain(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _value(value: object) -> str:
    """A string or a list of them; what JSON writes there is TOML too."""
    return json.dumps(value, ensure_ascii=False)
