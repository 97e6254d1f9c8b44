"""Which laptop is calling, by the certificate of its connection. Gives nothing to anybody it does not know.

OpenSSL has verified the certificate when the connection was made; here the database is asked whether it still stands.
"""

from cryptography import x509
from starlette.requests import HTTPConnection

from contract.refusals import RefusalCode
from visits.api.switchboard import Switchboard
from visits.domain.identity import Certificate
from visits.domain.records import Laptop
from visits.errors import Refused, Unavailable
from visits.keys.authority import serial_of
from visits.store.identities import certificate_with, note_first_use


def serial_shown(connection: HTTPConnection) -> str:
    """The serial number of the certificate that the connection came with. Raises Refused."""
    chain = connection.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain", ())
    if not chain:
        raise Refused(RefusalCode.NOT_A_LAPTOP)
    try:
        return serial_of(x509.load_pem_x509_certificate(chain[0].encode()))
    except ValueError as error:
        raise Refused(RefusalCode.NOT_A_LAPTOP) from error


def check_not_ended(board: Switchboard, serial: str) -> None:
    """Costs nothing: a laptop that was turned away takes no place among those that arrive. Raises Refused."""
    if serial in board.ended:
        raise Refused(RefusalCode.NOT_A_LAPTOP)


async def laptop_of(board: Switchboard, serial: str) -> tuple[Certificate, Laptop]:
    """The certificate, if it stands, and whose it is. Raises Refused."""
    check_not_ended(board, serial)
    now = board.clock.now()
    try:
        found = await board.store.read(certificate_with, serial)
        if found is None or found[0].ended is not None:
            board.ended.add(serial)
        if found is None or not found[0].stands(now):
            raise Refused(RefusalCode.NOT_A_LAPTOP)
        if found[0].used_at is None:
            await board.store.write(note_first_use, serial, now)
    except Unavailable as error:
        raise Refused(RefusalCode.UNAVAILABLE) from error
    return found


async def check_still_stands(board: Switchboard, serial: str) -> None:
    """To be asked once the laptop has its place: what ends from then on, the watch sees. Raises Refused, Unavailable.

    A connection may have waited for its place for seconds, with a certificate that has ended meanwhile.
    """
    found = await board.store.read(certificate_with, serial)
    if found is None or not found[0].stands_on_a_live_line(board.clock.now()):
        raise Refused(RefusalCode.NOT_A_LAPTOP)
