"""Makes text from outside harmless to lay out: one line, no reordering, no towers of accents, not endless."""

import unicodedata
from typing import Final

LONGEST: Final = 1200  # characters; a note for the officer has at most 1000
MOST_MARKS: Final = 2  # combining marks on one letter; no living spelling of a name needs more
JOINERS: Final = "\u200c\u200d"  # Persian and Indic names, and emoji, are misspelt without them


def plain(untrusted: str) -> str:
    """`untrusted` as one line of text that can neither reorder nor overrun what stands around it."""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", untrusted[:LONGEST]):
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(_shown(character, category))
    text = " ".join("".join(kept).split())
    return f"{text}…" if len(untrusted) > LONGEST else text


def _shown(character: str, category: str) -> str:
    """What stands for one character: controls become a space, format characters and halves of pairs nothing."""
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category in ("Cf", "Cs", "Co", "Cn") and character not in JOINERS:
        return ""
    return character
