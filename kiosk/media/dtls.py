"""DTLS of a connection, in a process that may not run what it has written (`MemoryDenyWriteExecute=` of the units).

A peer's certificate is nobody's but its own: what counts is the fingerprint in its offer or answer, which aiortc
compares after the handshake. So OpenSSL is told to go on with any. pyOpenSSL would hand it a function in memory that is
written and then run; libffi, by ctypes, maps one from its own file.
"""

import ctypes
from collections.abc import Sequence
from typing import Final

import aiortc.rtcpeerconnection
from aiortc.rtcdtlstransport import RTCCertificate, SRTPProtectionProfile
from OpenSSL import SSL
from OpenSSL._util import ffi, lib

CIPHERS: Final = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"  # RFC 8827, 6.5, and what browsers prefer
)
_GO_ON: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)(lambda _known, _store: 1)
_ANSWER: Final = ffi.cast("int (*)(int, X509_STORE_CTX *)", ctypes.cast(_GO_ON, ctypes.c_void_p).value)


class Certificate(RTCCertificate):
    """A connection's own."""

    def _create_ssl_context(self, srtp_profiles: Sequence[SRTPProtectionProfile]) -> SSL.Context:
        """As aiortc's, but for who answers OpenSSL, and without its ciphers in CBC mode (RFC 9325, 4.2)."""
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_options(SSL.OP_NO_TICKET)
        lib.SSL_CTX_set_verify(context._context, SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _ANSWER)
        context.use_certificate(self._cert)
        context.use_privatekey(self._key)
        context.set_cipher_list(CIPHERS)
        context.set_tlsext_use_srtp(b":".join(profile.openssl_profile for profile in srtp_profiles))
        return context


def run_nothing_written() -> None:
    """Have every new connection use it. Safe twice."""
    setattr(aiortc.rtcpeerconnection, "RTCCertificate", Certificate)  # noqa: B010 - a class is no variable to mypy
