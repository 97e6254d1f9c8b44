"""Enrolment, as the laptop does it over the network: once, with a code, and nothing is believed before it is checked.

First the authority's certificate is fetched from whoever answers; it counts only if the code names it. From then on
only a service with that authority's certificate, for its own address, is spoken to. It keeps nothing.
"""

import asyncio
import ssl
from types import MappingProxyType
from typing import Final

import aiohttp
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import TypeAdapter

from contract.enrol_code import EnrolCode, fingerprint
from contract.enrolment import ENROLLED, EnrolAsked, Enrolled
from contract.refusals import SENTENCE
from contract.refusals import Refused as RefusedByService
from contract.strict import Malformed, parse
from kiosk.certificates import issued, public_key_of, read, request_for
from kiosk.errors import Refused, Unavailable, Untrusted
from kiosk.link.stranger import stranger
from kiosk.link.trust import only
from kiosk.strangers import Stranger

AUTHORITY: Final = "/laptop/v1/authority"
ENROL: Final = "/laptop/v1/enrol"
WITHIN_S: Final = 15.0
LONGEST_BYTES: Final = 65_536
REFUSED: Final[TypeAdapter[RefusedByService]] = TypeAdapter(RefusedByService)
NOT_THE_ONE: Final = (
    "What answers at {service} is not the service that made this code. Check the address and the code, "
    "then ask for a new one."
)
STRANGE: Final = MappingProxyType(
    {
        Stranger.NOT_THE_SERVICE: NOT_THE_ONE,
        Stranger.SERVICE_EXPIRED: (
            "The certificate of the service at {service} is not valid today. Have it renewed, or set this clock right."
        ),
        Stranger.SERVICE_MISNAMED: (
            "The certificate of the service does not name this address, {service}. "
            "Use the address that `visits ca init` was given."
        ),
        Stranger.SERVICE_PLAIN: (
            "What answers at {service} does not encrypt. Use the address and port of the laptops' listener."
        ),
        Stranger.SERVICE_OLD_TLS: "What answers at {service} does not speak TLS 1.3. Use the laptops' listener itself.",
        Stranger.CERTIFICATE_EXPIRED: NOT_THE_ONE,
        Stranger.CERTIFICATE_REFUSED: NOT_THE_ONE,
    }
)
NOBODY: Final = "Nothing answers at {service}. Check the address and the network cable, then try again."
NO_ANSWER: Final = "The service at {service} did not answer in time. The code may be used up: ask for a new one."
NONSENSE: Final = "What the service at {service} answers cannot be used: {why}. Ask for a new code, and tell IT."


async def enrol(service: str, code: EnrolCode, tls_key: str, sealing_key: str) -> Enrolled:
    """Ask to be enrolled: `tls_key` PEM, of which only the public half is sent; `sealing_key` public, base64.

    Raises Refused with what the service says, and Unavailable or Refused with one sentence for everything else.
    """
    service = service.rstrip("/")
    authority = await _authority(service, code)
    asked = EnrolAsked(code=code.secret, request=request_for(tls_key), sealing_key=sealing_key)
    answer = await _exchange(service, "POST", ENROL, only(authority), asked.model_dump_json().encode())
    try:
        return _checked(parse(answer, ENROLLED, LONGEST_BYTES), authority, tls_key)
    except (Malformed, Untrusted) as error:
        raise Refused(NONSENSE.format(service=service, why=error)) from error


async def _authority(service: str, code: EnrolCode) -> str:
    """The certificate that the code names, as PEM. Raises Refused for any other."""
    pem = await _exchange(service, "GET", AUTHORITY, _whoever())
    try:
        text = pem.decode("ascii")
        der = read(text).public_bytes(Encoding.DER)
    except (ValueError, Untrusted) as error:
        raise Refused(NOT_THE_ONE.format(service=service)) from error
    if fingerprint(der) != code.fingerprint:
        raise Refused(NOT_THE_ONE.format(service=service))
    return text


def _checked(answer: Enrolled, authority: str, tls_key: str) -> Enrolled:
    """The answer, if its certificate is ours and of that authority. Raises Untrusted."""
    if read(answer.authority) != read(authority):
        raise Untrusted("it names another authority")
    certificate = issued(answer.certificate, public_key_of(tls_key), authority)
    if [str(found.value) for found in certificate.subject] != [answer.laptop]:
        raise Untrusted("its certificate is for another laptop")
    if not certificate.not_valid_before_utc <= answer.server_time < certificate.not_valid_after_utc:
        raise Untrusted("its certificate is not valid now")
    return answer


def _whoever() -> ssl.SSLContext:
    """TLS 1.3 with anybody: nothing secret is said by it, and what is heard is compared with the code."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _exchange(service: str, method: str, path: str, tls: ssl.SSLContext, body: bytes | None = None) -> bytes:
    """One request and its whole answer, bounded. Raises Refused and Unavailable."""
    try:
        async with asyncio.timeout(WITHIN_S):
            return await _asked(service, method, path, tls, body)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if (found := stranger(error)) is not None:
            raise Refused(STRANGE[found].format(service=service)) from error
        raise Unavailable((NOBODY if body is None else NO_ANSWER).format(service=service)) from error


async def _asked(service: str, method: str, path: str, tls: ssl.SSLContext, body: bytes | None) -> bytes:
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.request(method, service + path, data=body, headers=headers, allow_redirects=False, ssl=tls) as answer,
    ):
        content = await _bounded(answer)
    if answer.status == 200:
        return content
    try:
        raise Refused(SENTENCE[parse(content, REFUSED, LONGEST_BYTES).code])
    except Malformed as error:
        raise Refused(NOT_THE_ONE.format(service=service)) from error


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    """What it says; of too much no more than shows that it is too much, which no reader takes."""
    content = b""
    while len(content) <= LONGEST_BYTES and (part := await answer.content.read(LONGEST_BYTES + 1)):
        content += part
    return content
