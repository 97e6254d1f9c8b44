"""TOML from outside, read into one frozen model or refused: the error names the field and never repeats the text."""

import re
import tomllib
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

LONGEST_BYTES: Final = 64 * 1024
MOST_DOTS: Final = 100  # in one line: a key of 32,000 parts takes tomllib 20 s (3.11); sixteen addresses have 48
LINE: Final = re.compile(r"at line ([0-9]+),")
PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
M = TypeVar("M", bound=BaseModel)


class PolicyWrong(ValueError):
    """The text is no policy. The message goes after "The policy is": it names the field, and repeats nothing else."""


def toml_in(untrusted: bytes | str, model: type[M]) -> M:
    """What the text says, as `model`. Raises PolicyWrong. Its cost is bounded, whatever comes."""
    text = _bounded(untrusted)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = LINE.search(str(error))
        line = "" if where is None else f", or a field stands there twice: line {where[1]}"
        raise PolicyWrong(f"not TOML{line}") from None
    except RecursionError:
        raise PolicyWrong("too deep") from None
    except ValueError:  # a number with thousands of digits
        raise PolicyWrong("not TOML") from None
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise PolicyWrong(f"wrong at {_where(first)}: {_what(first)}") from None


def _bounded(untrusted: bytes | str) -> str:
    """Text of a bearable size and depth, before anything else reads it. Raises PolicyWrong."""
    if len(untrusted) > LONGEST_BYTES:
        raise PolicyWrong(f"longer than {LONGEST_BYTES} bytes")
    try:
        raw = untrusted if isinstance(untrusted, bytes) else untrusted.encode()
        text = raw.decode()
    except UnicodeError:
        raise PolicyWrong("not TOML") from None
    if len(raw) > LONGEST_BYTES:
        raise PolicyWrong(f"longer than {LONGEST_BYTES} bytes")
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise PolicyWrong(f"too deep: line {number}")
    return text


def _where(error: ErrorDetails) -> str:
    parts = [str(part) for part in error["loc"]]
    names = [part if PLAIN_NAME.fullmatch(part) else "a field" for part in parts]
    return ".".join(names)[:100] or "the whole"


def _what(error: ErrorDetails) -> str:
    """pydantic's words, but for those that a person without a programme in hand cannot use."""
    if error["type"] == "extra_forbidden":
        return "there is no field of this name"
    if error["type"] == "missing":
        return "it is missing"
    said = error["msg"].removeprefix("Value error, ")
    return said[:1].lower() + said[1:]
