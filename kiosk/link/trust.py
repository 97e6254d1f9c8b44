"""Whom the laptop takes for the service, and what it shows of itself: one authority, TLS 1.3, its own certificate.

No list of this machine counts. The key is never on a disk: OpenSSL reads it from memory that only this process has.
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from cryptography import x509

from kiosk.certificates import Credentials, public_key_of
from kiosk.errors import Unavailable

BROKEN: Final = "This laptop's certificate and key do not fit together. Ask IT to enrol it again."


class Trust:
    """The one TLS context of this laptop. Raises Unavailable when its parts do not fit together."""

    def __init__(self, credentials: Credentials) -> None:
        self.service, self.authority = credentials.service, credentials.authority
        self.context = only(credentials.authority)
        self._key = credentials.key
        self.renewed(credentials.certificate)

    @property
    def key(self) -> str:
        """The laptop's key, for its next certificate: never said to anybody."""
        return self._key

    def renewed(self, certificate: str) -> None:
        """Show this certificate from the next connection on. Raises Unavailable when it is not for our key."""
        try:
            read = x509.load_pem_x509_certificate(certificate.encode())
            if read.public_key() != public_key_of(self._key):  # first: a context that is half changed shows nothing
                raise Unavailable(BROKEN)
            with _in_memory(self._key + "\n" + certificate) as place:
                self.context.load_cert_chain(place)
            self.certificate = read
        except (ssl.SSLError, OSError, ValueError) as error:
            raise Unavailable(BROKEN) from error

    def is_expired(self, now: datetime) -> bool:
        """Whether our own certificate's time is over."""
        return now >= self.certificate.not_valid_after_utc


def only(authority: str) -> ssl.SSLContext:
    """Take for the service who shows this authority's certificate for its address, by TLS 1.3. Raises Unavailable."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks names and certificates, and knows no authority yet
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_verify_locations(cadata=authority)
    except (ssl.SSLError, ValueError, TypeError) as error:
        raise Unavailable("The authority's certificate cannot be read. Ask IT to enrol this laptop again.") from error
    return context


def relay(authority: str) -> ssl.SSLContext:
    """Take for the relay who shows this authority's certificate for its address. Raises Unavailable.

    TLS 1.2 is enough, with a new key for each connection: Debian's coturn (4.6) has no 1.3, and media is encrypted
    from end to end within it. Nothing of this laptop is shown.
    """
    context = only(authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    return context


@contextmanager
def _in_memory(text: str) -> Iterator[str]:
    """A path to `text` that is no file: `ssl` takes nothing but paths."""
    descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.ftruncate(descriptor, 0)
        os.close(descriptor)
