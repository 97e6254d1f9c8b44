"""uvicorn's WebSocket protocol with one hole closed: an upgrade that cannot be read is refused, not left hanging.

Remove when uvicorn itself writes out what `websockets` answers to such a request (0.54 does not: the client waits).
"""

from http import HTTPStatus
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from contract.refusals import RefusalCode, refusal

STATUS: Final = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class RefusingUpgrade(WebSocketsSansIOProtocol):
    """Answers an upgrade request whose lines are too long or too many, and closes the connection."""

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.close_sent:
            self.close_sent = self.handshake_complete = True
            self.transport.write(_too_large())
            self.transport.close()


def _too_large() -> bytes:
    body = refusal(RefusalCode.TOO_LARGE).model_dump_json().encode()
    head = (
        f"HTTP/1.1 {STATUS.value} {STATUS.phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
