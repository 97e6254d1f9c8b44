"""The service's error tree; errors are raised, never returned, and only `Refused` is ever shown to anyone.

ServiceError
├── Refused       the rules say no: a code and a sentence a person can act on
├── NotAPhoto     a file that staff gave cannot be a photo on file
├── Expired       the authority has ended: new keys, and every laptop is enrolled again
└── Unavailable   something outside (the database file) is missing or busy: try again
"""

from contract import refusals
from contract.refusals import RefusalCode


class ServiceError(Exception):
    """Any error the service raises on purpose."""


class Refused(ServiceError):
    """The rules say no. `detail` names the field at fault; it never repeats what was sent."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.message = refusals.refusal(code, detail)

    @property
    def ends_connection(self) -> bool:
        """Whether a WebSocket is closed after this refusal."""
        return self.code not in refusals.GOES_ON


class NotAPhoto(ServiceError):
    """The file cannot be a photo on file; the text says why."""


class Expired(ServiceError):
    """The authority over laptops has ended, and gives no certificate."""


class Unavailable(ServiceError):
    """Something the service needs does not answer just now."""
