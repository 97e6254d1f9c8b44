"""Names that cannot be guessed, from the kernel's random source."""

import secrets


class RandomIds:
    """128 random bits, safe in any message."""

    def new_session(self) -> str:
        """A name never used before."""
        return secrets.token_urlsafe(16)

    def new_nonce(self) -> str:
        """What is asked once."""
        return secrets.token_urlsafe(16)
