"""An update on its way to the disk: whatever breaks, what runs can be started again; and only what was signed is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.manifest import MANIFEST, ROOT, UKI, VERITY
from kiosk.errors import KioskError, LockdownError, Refused, Unavailable, Untrusted
from kiosk.lockdown.update_files import UpdateState
from kiosk.update.bundle import Bundle, FolderBundle
from kiosk.update.install import install
from tests.fakes.update_disk import (
    NEW,
    OLD,
    Power,
    PowerCut,
    UpdateLaptop,
    bundle_in,
    manifest_of,
    release,
    sha256,
)


@pytest.fixture
def laptop(tmp_path: Path) -> UpdateLaptop:
    return UpdateLaptop(tmp_path)


@pytest.fixture
def bundle(tmp_path: Path) -> FolderBundle:
    return FolderBundle(bundle_in(tmp_path / "bundle", NEW))


def run(laptop: UpdateLaptop, bundle: Bundle, power: Power | None = None, version: str = NEW) -> None:
    install(bundle, manifest_of(version), sha256(bundle.manifest()), laptop.place(power), lambda _: None)


def test_the_new_version_is_started_next_and_the_old_one_stays(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    run(laptop, bundle)
    assert laptop.starts() == [NEW, OLD]
    assert sorted(each.name for each in laptop.boot.iterdir()) == [
        f"visit-laptop_{NEW}+3.efi",
        f"visit-laptop_{OLD}.efi",
    ]
    assert laptop.slots()[1].root.label == f"visit-laptop_{NEW}"
    assert laptop.files.state() == UpdateState(trying=NEW, before=OLD)


def points(laptop: UpdateLaptop, bundle: FolderBundle) -> int:
    power = Power()
    run(laptop, bundle, power)
    return power.steps


@pytest.mark.slow
def test_the_power_may_go_at_any_write_and_what_runs_starts_again(tmp_path: Path, bundle: FolderBundle) -> None:
    (tmp_path / "whole").mkdir()
    steps = points(UpdateLaptop(tmp_path / "whole"), bundle)
    assert steps >= 20
    for goes_at in range(1, steps + 1):
        (tmp_path / str(goes_at)).mkdir()
        laptop = UpdateLaptop(tmp_path / str(goes_at))
        with pytest.raises(PowerCut):
            run(laptop, bundle, Power(goes_at))
        assert "broken" not in laptop.starts(), goes_at
        assert laptop.starts()[-1] == OLD, goes_at
        run(laptop, bundle)
        assert laptop.starts() == [NEW, OLD], goes_at


class Broken:
    """A bundle of which one file breaks off after so many bytes, or has others in it."""

    def __init__(self, inner: Bundle, cut: int | None = None, *, other: bytes | None = None, which: str = ROOT) -> None:
        self._inner, self._cut, self._other, self._which = inner, cut, other, which
        self.asked: list[int] = []

    def manifest(self) -> bytes:
        return self._inner.manifest()

    def read(self, name: str, start: int) -> Iterator[bytes]:
        if name != self._which:
            yield from self._inner.read(name, start)
            return
        self.asked.append(start)
        whole = b"".join(self._inner.read(name, start)) if self._other is None else self._other[start:]
        yield whole[: self._cut]


def test_a_bundle_that_breaks_off_changes_nothing_that_starts(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    with pytest.raises(Unavailable, match="broke off while root"):
        run(laptop, Broken(bundle, 1000))
    assert laptop.starts() == [OLD]
    run(laptop, bundle)
    assert laptop.starts() == [NEW, OLD]


def test_what_is_on_the_disk_already_is_not_asked_for_again(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    with pytest.raises(Unavailable, match=r"broke off while root\.verity"):
        run(laptop, Broken(bundle, 1000, which=VERITY))
    assert laptop.files.state().written == {ROOT: len(release(NEW)[ROOT])}
    again = Broken(bundle)
    run(laptop, again)
    assert again.asked == []
    assert laptop.starts() == [NEW, OLD]


@pytest.mark.attack("bad-update")
def test_a_byte_that_was_not_signed_is_found_and_never_started(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    wrong = bytearray(release(NEW)[ROOT])
    wrong[5000] ^= 1
    with pytest.raises(Untrusted, match="not what was signed"):
        run(laptop, Broken(bundle, other=bytes(wrong)))
    assert laptop.starts() == [OLD]
    assert laptop.slots()[1].is_empty
    run(laptop, bundle)
    assert laptop.starts() == [NEW, OLD]


def test_more_than_was_signed_is_not_written(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    run(laptop, Broken(bundle, other=release(NEW)[ROOT] + b"more" * 100_000))
    assert laptop.starts() == [NEW, OLD]


def test_a_kernel_image_that_was_not_signed_is_not_added(laptop: UpdateLaptop, tmp_path: Path) -> None:
    folder = bundle_in(tmp_path / "wrong", NEW)
    (folder / UKI).write_bytes(release(NEW)[UKI][:-1] + b"!")
    with pytest.raises(Untrusted):
        run(laptop, FolderBundle(folder))
    assert laptop.starts() == [OLD]
    assert [each.name for each in laptop.boot.iterdir()] == [f"visit-laptop_{OLD}.efi"]


def test_a_root_that_has_no_room_is_refused_before_anything_is_written(laptop: UpdateLaptop, tmp_path: Path) -> None:
    files = {**release(NEW), ROOT: b"x" * 300 * 512}
    before = laptop.image.read_bytes()
    with pytest.raises(Refused, match="does not fit"):
        install(FolderBundle(bundle_in(tmp_path / "b", NEW)), manifest_of(NEW, files), "ab" * 32, laptop.place(), print)
    assert laptop.image.read_bytes() == before


def test_what_is_still_being_tried_is_not_followed_by_another(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    (laptop.boot / f"visit-laptop_{OLD}.efi").rename(laptop.boot / f"visit-laptop_{OLD}+2-1.efi")
    with pytest.raises(Refused, match="still being tried"):
        run(laptop, bundle)


def test_without_a_way_back_nothing_begins(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    (laptop.boot / f"visit-laptop_{OLD}.efi").unlink()
    before = laptop.image.read_bytes()
    with pytest.raises(LockdownError, match="no way back"):
        run(laptop, bundle)
    assert laptop.image.read_bytes() == before


def test_an_older_one_in_the_idle_slot_goes_before_it_is_written_over(
    laptop: UpdateLaptop, bundle: FolderBundle, tmp_path: Path
) -> None:
    run(laptop, bundle)
    newer = "0.1.0.11"
    place = laptop.place(running=NEW)
    (laptop.boot / f"visit-laptop_{NEW}+3.efi").rename(laptop.boot / f"visit-laptop_{NEW}.efi")
    other = FolderBundle(bundle_in(tmp_path / "newer", newer))
    install(other, manifest_of(newer), sha256(other.manifest()), place, lambda _: None)
    assert laptop.starts() == [newer, NEW]
    assert laptop.slots()[0].root.label == f"visit-laptop_{newer}"


def test_a_disk_without_two_slots_is_left_alone(laptop: UpdateLaptop, bundle: FolderBundle) -> None:
    laptop.image.write_bytes(b"\0" * len(laptop.image.read_bytes()))
    with pytest.raises(KioskError):
        run(laptop, bundle)
    assert set(laptop.image.read_bytes()) == {0}


def test_a_bundle_is_no_bundle_without_its_manifest(tmp_path: Path) -> None:
    folder = bundle_in(tmp_path / "b", NEW)
    (folder / MANIFEST).unlink()
    with pytest.raises(Unavailable, match=r"no manifest\.jws"):
        FolderBundle(folder).manifest()
