"""Tier S: the root file system of the release, read as it is shipped: nothing on it gives anybody more rights."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.image.kit.release import release
from tests.image.kit.vm import in_builder

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.takes(60), pytest.mark.timeout(900)]
LISTED: Final = """
import os, stat, subprocess
place = '/mnt'  # in a namespace of this command's own
subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=3G', 'tmpfs', place], check=True)
place += '/whole'
subprocess.run(['fsck.erofs', f'--extract={place}', '--preserve', '--xattrs', '/out/root.erofs'], check=True, stdout=2)
for folder, folders, files in os.walk(place):
    for name in folders + files:
        path = os.path.join(folder, name)
        at = os.lstat(path)
        shown = path[len(place):]
        if stat.S_ISREG(at.st_mode) and (at.st_mode & 0o6000 or 'security.capability' in os.listxattr(path)):
            print('rights', shown)
        if (stat.S_ISREG(at.st_mode) or stat.S_ISDIR(at.st_mode)) and at.st_mode & 0o1002 == 0o0002:
            print('wide', shown)
        if name in files:
            print('file', shown)
        if stat.S_ISREG(at.st_mode) and at.st_size > 4 and open(path, 'rb').read(4) == bytes([127]) + b'ELF':
            linked = subprocess.run(['readelf', '-d', '-W', path], stdout=subprocess.PIPE, text=True, check=True).stdout
            for line in linked.splitlines():
                if '(NEEDED)' in line:
                    print('needs', line.partition('[')[2].rstrip(']'), shown)
for kind, file in (('user', 'passwd'), ('password', 'shadow')):
    for line in open(f'{place}/etc/{file}').read().splitlines():
        print(kind, line)
"""
MAKES_OR_LOOKS_INTO_PROGRAMS: Final = re.compile(
    r"(^|/)((\S*-)?(gcc|g\+\+|cc|c\+\+|cpp|clang|tcc|as|ld|go|rustc)(-[\d.]+)?|make|gdb|strace|ltrace|perf|pip\d*)$"
)
SPEAKS_TO_OTHERS: Final = re.compile(r"(^|/)(sshd?|telnet|ftp|nc|ncat|socat|curl|wget|apt|apt-get|firefox|chromium)$")
NO_SHELL: Final = ("/usr/sbin/nologin", "/bin/false", "/usr/bin/false", "/bin/sync")

GIVEN_UP: Final = "libgallium-"  # Mesa's drivers of cards, by some of Mesa's own libraries: the screen is drawn without


@pytest.fixture(scope="module")
def listed() -> dict[str, list[str]]:
    """What there is, by kind."""
    found: dict[str, list[str]] = {}
    for kind, what in _lines():
        found.setdefault(kind, []).append(what)
    assert len(found["file"]) > 1000
    return found


def _lines() -> Iterator[tuple[str, str]]:
    text = in_builder(release(), "python3", "-I", "-c", LISTED)
    for line in text.splitlines():
        kind, _, what = line.partition(" ")
        yield kind, what


@pytest.mark.attack("frozen-list")
def test_no_program_gives_rights_and_nobody_but_its_owner_writes_to_a_file(listed: dict[str, list[str]]) -> None:
    assert listed.get("rights", []) == []
    assert listed.get("wide", []) == []


@pytest.mark.attack("frozen-list")
def test_nothing_makes_programs_looks_into_them_or_speaks_to_others(listed: dict[str, list[str]]) -> None:
    for forbidden in (MAKES_OR_LOOKS_INTO_PROGRAMS, SPEAKS_TO_OTHERS):
        assert [file for file in listed["file"] if "/share/" not in file and forbidden.search(file)] == []


@pytest.mark.attack("frozen-list")
def test_nobody_can_log_in(listed: dict[str, list[str]]) -> None:
    users = [line.split(":") for line in listed["user"]]
    assert [user[0] for user in users if user[6] not in NO_SHELL] == ["root"]
    assert [line for line in listed["password"] if not line.split(":")[1].startswith(("*", "!"))] == []


def test_every_library_that_a_program_is_linked_to_is_there(listed: dict[str, list[str]]) -> None:
    there = {file.rpartition("/")[2] for file in listed["file"]}
    missing = [need for need in listed["needs"] if need.partition(" ")[0] not in there]
    assert [need for need in missing if not need.startswith(GIVEN_UP)] == []
