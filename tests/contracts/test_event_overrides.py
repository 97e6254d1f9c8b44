"""No override of a Qt event method on the laptop is left unguarded: read from the source, imported or not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EVENT_METHOD = re.compile(r"^(event|eventFilter|notify|[a-z][A-Za-z]*Event)$")
GUARDS = {"swallows", "filters"}


def overrides() -> Iterator[tuple[str, set[str]]]:
    """Every method of a class with the name of an event method, and what decorates it."""
    for path in sorted((ROOT / "kiosk").rglob("*.py")):
        for kind in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)):
            for method in kind.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and EVENT_METHOD.match(method.name):
                    decorators = {name.id for name in method.decorator_list if isinstance(name, ast.Name)}
                    yield f"{path.relative_to(ROOT)}: {kind.name}.{method.name}", decorators


@pytest.mark.slow
def test_every_override_of_an_event_method_swallows_when_it_raises() -> None:
    found = dict(overrides())
    assert len(found) > 20
    assert [name for name, decorators in found.items() if not decorators & GUARDS] == []


def test_nothing_sets_an_event_method_behind_the_back_of_its_class() -> None:
    for path in sorted((ROOT / "kiosk" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            assert not [t for t in targets if isinstance(t, ast.Attribute) and EVENT_METHOD.match(t.attr)], path
