"""The encrypted store: what is put comes back, nothing else does, and the disk tells nobody anything."""

import hashlib
import os
from pathlib import Path

import pytest

from contract.documents import LONGEST_BYTES, DocumentKind
from contract.strict import LONGEST_PHOTO_BYTES
from kiosk.errors import Unavailable
from kiosk.lockdown import day_pack
from kiosk.lockdown.day_pack import FOLDER, SHEET, DayPack, photo_entry

KEY = bytes(range(32))
PHOTO = b"\xff\xd8\xff\xe0JFIF of a face"
SHA = hashlib.sha256(PHOTO).hexdigest()
OTHER = photo_entry("0" * 64)


def files(state: Path) -> list[Path]:
    return sorted((state / FOLDER).iterdir())


def damaged_in(state: Path, key: bytes | None = KEY) -> tuple[DayPack, list[str]]:
    heard: list[str] = []
    return DayPack(state, key, heard.append), heard


def test_of_a_disk_that_answers_with_an_error_it_has_nothing(tmp_path: Path) -> None:
    assert not DayPack(tmp_path / ("x" * 300), bytes(32)).has(SHEET)


def test_what_was_put_comes_back_after_a_reboot(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, KEY)
    pack.put("sheet", b"first")
    pack.put("sheet", b"second")
    pack.put(photo_entry(SHA), PHOTO)
    again = DayPack(tmp_path, KEY)
    assert again.get("sheet") == b"second"
    assert again.get(photo_entry(SHA)) == PHOTO
    assert again.get(OTHER) is None
    assert again.has("sheet")
    assert not again.has(OTHER)


@pytest.mark.attack("day-pack", tier="U")
def test_nothing_of_it_is_ever_on_the_disk_in_plain_text(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, KEY)
    pack.put("sheet", b'{"name": "Tomos Huws", "number": "A1234BC"}')
    pack.put(OTHER, b"P. Jones")
    pack.put(photo_entry(SHA), PHOTO)
    for path in files(tmp_path):
        everything = path.name.encode() + path.read_bytes()
        for told in (
            b"Tomos",
            b"A1234BC",
            b"Jones",
            b"\xff\xd8\xff",
            b"JFIF",
            b"sheet",
            b"roster",
            b"photo",
            SHA.encode(),
        ):
            assert told not in everything


def test_only_the_guard_may_read_what_is_there(tmp_path: Path) -> None:
    DayPack(tmp_path, KEY).put("sheet", b"x")
    assert (tmp_path / FOLDER).stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in files(tmp_path)] == [0o600]


def test_the_same_entry_looks_different_each_time(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, KEY)
    pack.put("sheet", b"x")
    before = files(tmp_path)[0].read_bytes()
    pack.put("sheet", b"x")
    assert files(tmp_path)[0].read_bytes() != before


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
def test_a_flipped_bit_anywhere_is_noticed_noted_and_removed(tmp_path: Path, at: int) -> None:
    pack, heard = damaged_in(tmp_path)
    pack.put("sheet", b"a long enough sheet")
    (path,) = files(tmp_path)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert pack.get("sheet") is None
    assert heard == ["sheet"]
    assert files(tmp_path) == []


@pytest.mark.parametrize("length", [0, 1, 13, 28, 29])
def test_an_entry_cut_short_is_not_used(tmp_path: Path, length: int) -> None:
    pack, heard = damaged_in(tmp_path)
    pack.put("sheet", b"xx")
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    assert pack.get("sheet") is None
    assert heard == ["sheet"]


@pytest.mark.attack("day-pack", tier="U")
def test_an_entry_in_the_place_of_another_is_not_used(tmp_path: Path) -> None:
    pack, heard = damaged_in(tmp_path)
    pack.put("sheet", b"a sheet")
    (sheet,) = files(tmp_path)
    pack.put(OTHER, b"a roster")
    (roster,) = [path for path in files(tmp_path) if path != sheet]
    roster.write_bytes(sheet.read_bytes())
    assert pack.get(OTHER) is None
    assert heard == ["photo"]
    assert pack.get("sheet") == b"a sheet"


@pytest.mark.attack("day-pack", tier="U")
def test_a_photo_in_the_place_of_another_is_not_used(tmp_path: Path) -> None:
    pack, heard = damaged_in(tmp_path)
    other = hashlib.sha256(b"other").hexdigest()
    pack.put(photo_entry(SHA), PHOTO)
    (mine,) = files(tmp_path)
    pack.put(photo_entry(other), b"other")
    (theirs,) = [path for path in files(tmp_path) if path != mine]
    mine.replace(theirs)
    assert pack.get(photo_entry(other)) is None
    assert heard == ["photo"]  # of whom is nobody's business


@pytest.mark.attack("day-pack", tier="U")
def test_an_entry_of_another_laptop_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    pack, heard = damaged_in(tmp_path)
    pack.put("sheet", b"ours")
    DayPack(tmp_path / "other", bytes(32)).put("sheet", b"theirs")
    files(tmp_path / "other")[0].replace(files(tmp_path)[0])
    assert pack.get("sheet") is None
    assert heard == ["sheet"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "huge"])
def test_what_is_no_entry_at_all_is_not_used_and_never_waited_for(tmp_path: Path, kind: str) -> None:
    pack, heard = damaged_in(tmp_path)
    pack.put("sheet", b"x")
    (path,) = files(tmp_path)
    path.unlink()
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to("/dev/zero")
        case _:
            with path.open("wb") as file:
                file.truncate(1 << 40)
    assert pack.get("sheet") is None
    assert heard == ["sheet"]


def test_without_a_key_there_is_no_pack(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, None)
    assert not pack.is_open
    assert pack.get("sheet") is None
    assert not pack.has("sheet")
    pack.remove("sheet")
    with pytest.raises(Unavailable, match="no key"):
        pack.put("sheet", b"x")
    assert not (tmp_path / FOLDER).exists()


def test_what_was_kept_under_a_lost_key_goes(tmp_path: Path) -> None:
    DayPack(tmp_path, KEY).put("sheet", b"x")
    assert DayPack(tmp_path, None).keep_only(()) == 1
    assert files(tmp_path) == []


def test_everything_that_is_not_named_goes_and_what_is_named_stays(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, KEY)
    pack.put("sheet", b"x")
    pack.put(photo_entry(SHA), PHOTO)
    (tmp_path / FOLDER / ".left.new").write_bytes(b"by a power cut")
    assert pack.keep_only(["sheet"]) == 2
    assert len(files(tmp_path)) == 1
    assert pack.get("sheet") == b"x"
    assert pack.keep_only(["sheet"]) == 0


@pytest.mark.parametrize(
    ("entry", "longest"), [(SHEET, LONGEST_BYTES[DocumentKind.SHEET]), (photo_entry(SHA), LONGEST_PHOTO_BYTES)]
)
def test_an_entry_may_be_so_large_and_no_larger(tmp_path: Path, entry: str, longest: int) -> None:
    pack = DayPack(tmp_path, KEY)
    pack.put(entry, bytes(longest))
    assert pack.get(entry) == bytes(longest)
    with pytest.raises(Unavailable, match="too large"):
        pack.put(entry, bytes(longest + 1))
    assert pack.get(entry) == bytes(longest)


def test_the_whole_pack_has_a_limit_that_is_not_reached_by_writing_one_entry_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_pack, "MOST_BYTES", 250)
    pack = DayPack(tmp_path, KEY)
    for _ in range(3):
        pack.put("sheet", bytes(150))
    with pytest.raises(Unavailable, match="too large"):
        pack.put(OTHER, bytes(150))


def test_a_disk_that_cannot_be_written_is_said_and_the_old_entry_stands(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, KEY)
    pack.put("sheet", b"old")
    (path,) = files(tmp_path)
    (path.parent / f".{path.name}.new").mkdir()  # where the new one would be written
    with pytest.raises(Unavailable, match="cannot be written"):
        pack.put("sheet", b"new")
    assert pack.get("sheet") == b"old"


@pytest.mark.parametrize("name", ["../officers.json", "photo-../x", "", "policy", "photo-" + "A" * 64])
def test_no_other_names_exist(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no such entry"):
        DayPack(tmp_path, KEY).put(name, b"x")


def test_a_key_of_another_length_is_a_mistake_in_the_code(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        DayPack(tmp_path, b"short")


def test_something_small_can_be_sealed_without_a_file_of_its_own(tmp_path: Path) -> None:
    pack = DayPack(tmp_path, KEY)
    sealed = pack.seal("call", b"Tomos")
    assert b"Tomos" not in sealed
    assert pack.unseal("call", sealed) == b"Tomos"
    assert pack.unseal("sheet", sealed) is None
    assert DayPack(tmp_path, None).unseal("call", sealed) is None
    with pytest.raises(Unavailable):
        DayPack(tmp_path, None).seal("call", b"Tomos")
