"""Every error the laptop raises on purpose, in one tree; an error is raised, never returned.

KioskError
├── Refused          the rules say no; safe to show
├── Unavailable      something outside is missing; try again
├── Untrusted        bytes did not check out; show no details
├── LockdownError    the machine is not as promised
└── IllegalTransition  our bug: the state table has no such pair
"""


class KioskError(Exception):
    """Root of the tree; never raised itself."""


class Refused(KioskError):
    """The rules say no. The text is one sentence that may be shown."""


class Unavailable(KioskError):
    """Something outside is missing. The text says what, in one sentence that may be shown."""


class Untrusted(KioskError):
    """Bytes from outside did not check out. Its text is for the log, never for the screen."""


class LockdownError(KioskError):
    """The machine is not as promised; the laptop stays locked."""


class IllegalTransition(KioskError):
    """The state table has no such pair; nothing changed."""
