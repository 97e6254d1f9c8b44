"""What a laptop asks over its link to go on being trusted: the signed time, and its next certificate."""

import json
import logging
from datetime import timedelta
from typing import Final

from contract.documents import DocumentKind
from contract.envelope import Audience
from contract.laptop_link import CertificateIssued, Document, RenewalAsked, TimeAsked
from visits.api.switchboard import Switchboard
from visits.domain.records import Laptop
from visits.keys.request import key_in
from visits.store.identities import renew

TIME_VALID: Final = timedelta(seconds=60)  # each way

log = logging.getLogger(__name__)


def signed_time(board: Switchboard, laptop: Laptop, asked: TimeAsked) -> Document:
    """What the time is, for whoever chose the nonce."""
    now = board.clock.now()
    payload = json.dumps({"nonce": asked.nonce, "at": now.isoformat()}).encode()
    audience = Audience(establishment=laptop.establishment.name, laptop=laptop.name)
    valid = (now - TIME_VALID, now + TIME_VALID)
    text = board.keys.signer.sealed(DocumentKind.TIME, audience, int(now.timestamp()), valid, payload)
    return Document(kind=DocumentKind.TIME, document=text)


async def renewed(board: Switchboard, serial: str, asked: RenewalAsked) -> CertificateIssued:
    """The next certificate for the key of the one with this serial number. Raises Refused."""
    key = key_in(asked.request)
    issued = await board.store.write(renew, serial, key, board.clock.now(), board.issue)
    log.info("certificate %s is followed by %s", serial, issued.serial)
    return CertificateIssued(certificate=issued.pem)
