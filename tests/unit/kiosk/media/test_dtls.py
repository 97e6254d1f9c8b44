"""DTLS works where no memory may be written and then run, as in the laptop's units."""

import subprocess
import sys
from typing import Final

import aiortc.rtcpeerconnection
import pytest

from kiosk.media.bounds import bound_aiortc
from kiosk.media.dtls import Certificate

SHAKEN: Final = """
import errno, mmap, pyseccomp as seccomp
from OpenSSL import SSL
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80, RTCCertificate
from kiosk.media.dtls import Certificate

walls = seccomp.SyscallFilter(seccomp.ALLOW)
both = seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_WRITE | mmap.PROT_EXEC, mmap.PROT_WRITE | mmap.PROT_EXEC)
walls.add_rule(seccomp.ERRNO(errno.EPERM), "mmap", both)
for call in ("mprotect", "pkey_mprotect"):
    walls.add_rule(seccomp.ERRNO(errno.EPERM), call, seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_EXEC, mmap.PROT_EXEC))
walls.load()

ours, theirs = [
    SSL.Connection({made}.generateCertificate()._create_ssl_context([SRTP_AES128_CM_SHA1_80])) for _ in range(2)
]
ours.set_connect_state()
theirs.set_accept_state()
for _ in range(6):
    for one, other in ((ours, theirs), (theirs, ours)):
        try:
            one.do_handshake()
        except SSL.WantReadError:
            pass
        try:
            other.bio_write(one.bio_read(1 << 16))
        except SSL.WantReadError:
            pass
print(ours.get_selected_srtp_profile().decode(), theirs.get_peer_certificate() is not None)
"""


def shaken(made: str) -> "subprocess.CompletedProcess[str]":
    """A handshake behind the walls of a unit."""
    return subprocess.run([sys.executable, "-c", SHAKEN.format(made=made)], capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_handshake_needs_no_memory_that_is_written_and_run() -> None:
    done = shaken("Certificate")
    assert done.stdout == "SRTP_AES128_CM_SHA1_80 True\n", done.stderr


@pytest.mark.slow
def test_aiortcs_own_needs_it() -> None:
    assert "MemoryError" in shaken("RTCCertificate").stderr


def test_every_new_connection_has_it() -> None:
    bound_aiortc()
    assert vars(aiortc.rtcpeerconnection)["RTCCertificate"] is Certificate
