"""Which tests try which attack, and at which tier, read from the sources without running them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.attacks.row import Tier
from tests.attacks.rows import ROWS

TESTS: Final = Path(__file__).parents[1]
SAID: Final = re.compile(r"\bTier ([UXSI])\b")
BY_FOLDER: Final = {"tests/e2e/call/": Tier.SCREEN, "tests/contracts/": Tier.SCAN}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Mark = tuple[str, Tier]  # an attack, or a file, and the tier


def marked() -> dict[str, Counter[Mark]]:
    """By attack: how many tests of which file try it at which tier.

    The tier is the mark's own (`tier="X"`), or what the file's docstring says ("Tier X"), or the folder's, or U.
    """
    found: dict[str, Counter[Mark]] = {}
    whole_files: dict[str, set[str]] = {}
    for row in ROWS:
        for file in row.files:
            whole_files.setdefault(file, set()).add(row.id)
    for path in sorted(TESTS.rglob("test_*.py")):
        file = str(path.relative_to(TESTS.parent))
        text = path.read_text()
        if file in whole_files or "mark.attack(" in text:
            module = ast.parse(text)
            tier = _tier(file, ast.get_docstring(module) or "")
            of_the_file = {(attack, tier) for attack in whole_files.get(file, ())}
            for attack, at in _attacks(module, of_the_file, tier):
                found.setdefault(attack, Counter())[file, at] += 1
    return found


def _tier(file: str, docstring: str) -> Tier:
    said = SAID.search(docstring)
    if said is not None:
        return Tier(said[1])
    return next((tier for folder, tier in BY_FOLDER.items() if file.startswith(folder)), Tier.UNIT)


def _attacks(module: ast.Module, of_the_file: set[Mark], tier: Tier) -> Iterator[Mark]:
    """The attacks of each test of a file, test by test."""
    for statement in module.body:
        if isinstance(statement, ast.Assign) and any(_name(target) == "pytestmark" for target in statement.targets):
            of_the_file = of_the_file | set(_marks(statement.value, tier))
    for statement in module.body:
        if isinstance(statement, Function) and statement.name.startswith("test_"):
            own = {mark for decorator in statement.decorator_list for mark in _marks(decorator, tier)}
            yield from of_the_file | own


def _marks(node: ast.AST, tier: Tier) -> Iterator[Mark]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _name(call.func) == "attack":
            named = {word.arg: word.value for word in call.keywords}
            at = named.get("tier")
            own = Tier(str(at.value)) if isinstance(at, ast.Constant) else tier
            yield from ((str(given.value), own) for given in call.args if isinstance(given, ast.Constant))


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))
