"""`kiosk fetch-update` as systemd starts it, with one socket for input and output; from a plain web server."""

import functools
import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.manifest import ROOT
from kiosk.update.fetching import COMING, LONGEST_LINE, Wanted
from tests.fakes.update_disk import NEW, bundle_in, release

pytestmark = pytest.mark.slow


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Nothing."""


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[str]:
    """A site's own copy of a release, on loopback."""
    bundle_in(tmp_path / "site" / "updates", NEW)
    handler = functools.partial(Quiet, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/updates"
        server.shutdown()
        serving.join()


def fetched(wanted: Wanted, folder: Path) -> tuple[str | None, bytes]:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "kiosk", "fetch-update", "--identity", str(folder), "--vault", str(folder)]
    with ours, theirs, subprocess.Popen(command, stdin=theirs.fileno(), stdout=theirs.fileno()) as process:
        theirs.close()
        ours.sendall(wanted.model_dump_json().encode() + b"\n")
        with ours.makefile("rb") as answer:
            coming = COMING.validate_json(answer.readline(LONGEST_LINE))
            rest = answer.read()
        assert process.wait(10) == 0
    return coming.why_not, rest


def test_a_site_s_copy_is_read_from_the_middle_though_its_server_knows_no_ranges(copy: str, tmp_path: Path) -> None:
    why_not, rest = fetched(Wanted(name=ROOT, start=1234, place=copy), tmp_path)
    assert why_not is None
    assert rest == release(NEW)[ROOT][1234:]


def test_what_the_copy_has_not_is_said_in_a_sentence(copy: str, tmp_path: Path) -> None:
    assert fetched(Wanted(name="other", place=copy), tmp_path) == ("The site's copy of updates has no update.", b"")
