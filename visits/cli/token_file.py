"""A laptop's token in a file: for its user only, whole or not at all, and never in the place of another laptop's."""

import os
from pathlib import Path
from typing import Final

from visits.errors import ServiceError
from visits.tokens import Token

FOR_ITS_USER_ONLY: Final = 0o600


def write_token_file(file: Path, token: Token, *, replaces: bool = False) -> None:
    """Write `token`; `replaces` says that what stood there has stopped working. Raises ServiceError or OSError.

    Call it inside the transaction that stores the token's digest: a token that cannot be written enrols nobody.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_ITS_USER_ONLY)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(token + "\n")
            out.flush()
            os.fsync(out.fileno())
        if replaces:
            draft.replace(file)
        else:
            os.link(draft, file)  # unlike a rename, this fails where a file is
    except FileExistsError as error:
        raise ServiceError(f"{file} is there already: move it away, or name another file") from error
    finally:
        draft.unlink(missing_ok=True)
