"""A service that enrols: the two addresses of enrolment over real TLS, and every way of answering them wrongly."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ssl import SSLContext

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.documents import DocumentKind
from contract.enrol_code import SECRET_BYTES, EnrolCode
from contract.enrolment import ENROL_ASKED, EnrolAsked, Enrolled
from contract.key_set import DocumentKey, KeySet
from contract.refusals import RefusalCode, refusal
from contract.strict import parse
from contract.words import Use
from tests.fakes.certificates import Authority

SECRET = bytes(range(SECRET_BYTES))


def a_key_set(use: Use = Use.DEMO) -> KeySet:
    """One key that signs everything."""
    public = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    key = DocumentKey(key_id="all-1", public_key=public, issuer="HMP Example", use=use, signs=frozenset(DocumentKind))
    return KeySet(keys=(key,))


@dataclass
class EnrollingService:
    """Enrols whoever has the code. `twist` changes its answer; `refuses` is said instead of one."""

    authority: Authority
    use: Use = Use.DEMO
    shown_authority: str | None = None
    twist: Callable[[Enrolled], Enrolled] = lambda answer: answer
    refuses: RefusalCode | None = None
    raw: bytes | None = None
    asked: list[EnrolAsked] = field(default_factory=list)

    @property
    def code(self) -> EnrolCode:
        return EnrolCode.of(SECRET, self.authority.der)

    async def show(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.shown_authority or self.authority.pem)

    async def enrol(self, request: web.Request) -> web.Response:
        asked = parse(await request.read(), ENROL_ASKED)
        self.asked.append(asked)
        if self.raw is not None:
            return web.Response(body=self.raw)
        if self.refuses is not None:
            return web.Response(status=403, body=refusal(self.refuses).model_dump_json())
        return web.Response(body=self.twist(self._answer(asked)).model_dump_json())

    def _answer(self, asked: EnrolAsked) -> Enrolled:
        request = x509.load_pem_x509_csr(asked.request.encode())
        key = request.public_key()
        assert isinstance(key, EllipticCurvePublicKey)
        assert request.is_signature_valid
        return Enrolled(
            establishment="HMP Example",
            laptop="Visits 1",
            use=self.use,
            certificate=self.authority.laptop(key),
            authority=self.authority.pem,
            keys=a_key_set(self.use),
            server_time=datetime.now(UTC) - timedelta(seconds=1),
            replaces=False,
        )


@asynccontextmanager
async def served(service: EnrollingService, shown: SSLContext | None) -> AsyncIterator[str]:
    """It listens, showing this certificate; where it is."""
    app = web.Application()
    app.router.add_get("/laptop/v1/authority", service.show)
    app.router.add_post("/laptop/v1/enrol", service.enrol)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=shown)
    await site.start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
