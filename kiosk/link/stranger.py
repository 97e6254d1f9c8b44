"""What a failure to connect says of whoever answers there, or of our own certificate. It opens nothing itself."""

import ssl
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from kiosk.strangers import Stranger

NOT_VALID_TODAY: Final = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
MISNAMED: Final = frozenset({62, 63, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, _EMAIL_, _IP_ADDRESS_
ALERTS: Final = MappingProxyType(  # as OpenSSL names them; the first two are found in the bytes, not said in them
    {
        "WRONG_VERSION_NUMBER": Stranger.SERVICE_PLAIN,
        "HTTP_REQUEST": Stranger.SERVICE_PLAIN,
        "UNSUPPORTED_PROTOCOL": Stranger.SERVICE_OLD_TLS,
        "TLSV1_ALERT_PROTOCOL_VERSION": Stranger.SERVICE_OLD_TLS,
        "SSLV3_ALERT_CERTIFICATE_EXPIRED": Stranger.CERTIFICATE_EXPIRED,
        "SSLV3_ALERT_CERTIFICATE_REVOKED": Stranger.CERTIFICATE_REFUSED,
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN": Stranger.CERTIFICATE_REFUSED,
        "SSLV3_ALERT_BAD_CERTIFICATE": Stranger.CERTIFICATE_REFUSED,
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": Stranger.CERTIFICATE_REFUSED,
        "TLSV1_ALERT_UNKNOWN_CA": Stranger.CERTIFICATE_REFUSED,
        "TLSV1_ALERT_ACCESS_DENIED": Stranger.CERTIFICATE_REFUSED,
        "TLSV1_ALERT_DECRYPT_ERROR": Stranger.CERTIFICATE_REFUSED,
        "TLSV13_ALERT_CERTIFICATE_REQUIRED": Stranger.CERTIFICATE_REFUSED,
    }
)


def stranger(error: BaseException) -> Stranger | None:
    """What `error` says; None for a failure that says nothing of who is there, such as a line that is cut."""
    for found in _chain(error):
        if type(found) is ssl.SSLCertVerificationError:
            return _of_certificate(found.verify_code)
        if type(found) is ssl.SSLError:
            return ALERTS.get(found.reason, Stranger.NOT_THE_SERVICE)
    return None


def _of_certificate(verify_code: int) -> Stranger:
    if verify_code in NOT_VALID_TODAY:
        return Stranger.SERVICE_EXPIRED
    return Stranger.SERVICE_MISNAMED if verify_code in MISNAMED else Stranger.NOT_THE_SERVICE


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and those it was made of: aiohttp puts OpenSSL's own inside ones that are only called like them."""
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__
