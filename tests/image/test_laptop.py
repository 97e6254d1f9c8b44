"""The stick turns an empty machine into an accepted laptop, and that laptop starts to its screen."""

import base64
import json
from pathlib import Path

import pytest

from tests.image.kit import looks
from tests.image.kit.call import READY_S
from tests.image.kit.dilation import ours
from tests.image.kit.installed import reports
from tests.image.kit.release import release
from tests.image.kit.screen import is_dark
from tests.image.kit.site import LAPTOP, Site, visits
from tests.image.kit.trail import since
from tests.image.kit.vm import Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.takes(60), pytest.mark.timeout(3600)]


def test_the_stick_installs_an_empty_disk_and_leaves_a_signed_report(laptop: Vm, site: Site) -> None:
    names = reports(laptop.folder)
    assert {Path(name).suffix for name in names} == {".jws", ".json", ".pdf"}
    in_builder(laptop.folder, "mcopy", "-n", "-i", "/out/stick.raw@@1M", "::acceptance-LAPTOP1.jws", "/out/report.jws")
    payload = (laptop.folder / "report.jws").read_text().split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert said["facts"]["image"]["root_hash"] == (release() / "root.hash").read_text().strip()
    assert LAPTOP in visits(site.folder, "laptop", "list")


@pytest.mark.image_full
def test_a_clock_that_is_an_hour_late_is_put_right_by_the_services_time(running: Vm) -> None:
    running.replug()
    assert eventually(lambda: looks.is_ready(running), READY_S, 5)
    late = looks.time_of_day(running) - 3600
    running.python(f"import time; time.clock_settime(time.CLOCK_REALTIME, {late!r})")
    assert eventually(lambda: since(running, late, "clock_set") != [], ours(120), 5)
    assert eventually(lambda: looks.is_ready(running), READY_S, 5)
    assert looks.time_of_day(running) > late + 3600


def test_the_installed_laptop_shows_its_screen_and_every_measure_holds(running: Vm) -> None:
    running.replug()
    assert eventually(lambda: looks.is_ready(running), READY_S, 5), running.run(
        "/usr/bin/kiosk", "check", may_fail=True
    )
    assert not is_dark(running.picture("first"))
