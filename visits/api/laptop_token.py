"""Which laptop is calling, by the bearer token of its request. Gives nothing to anybody it does not know."""

from starlette.requests import HTTPConnection

from contract.refusals import RefusalCode
from visits.api.switchboard import Switchboard
from visits.domain.records import Digest, Laptop
from visits.errors import Refused, Unavailable
from visits.store.laptops import laptop_by_token
from visits.tokens import digest


def token_of(connection: HTTPConnection) -> Digest:
    """The digest of the bearer token. Raises Refused."""
    scheme, _, untrusted_token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not untrusted_token:
        raise Refused(RefusalCode.NOT_A_LAPTOP)
    return digest(untrusted_token)


async def laptop_of(board: Switchboard, token: Digest) -> Laptop:
    """Which laptop has it. Raises Refused."""
    try:
        laptop = await board.store.read(laptop_by_token, token)
    except Unavailable as error:
        raise Refused(RefusalCode.UNAVAILABLE) from error
    if laptop is None:
        raise Refused(RefusalCode.NOT_A_LAPTOP)
    return laptop
