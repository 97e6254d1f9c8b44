"""Who is using a command: the account of this machine, for the record of who did what."""

import os
import pwd


def account() -> str:
    """The account's name, by its number: not what the environment says."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"
