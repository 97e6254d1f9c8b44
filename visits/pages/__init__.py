"""The page a family opens on a phone: HTML from templates, and where its static files lie. No network, no database."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"  # served at /static

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Waiting or going elsewhere first can change the answer to these; for any other the sentence itself says what to do.
_TRY_AGAIN: Final = frozenset({"link_in_use", "link_not_claimed", "opened_elsewhere", "too_many", "unavailable"})
_OVER: Final = frozenset({"booking_over", "link_expired"})


def page_html(kind: str, **context: object) -> str:
    """The whole page as HTML. `kind` is "call" for a link that is right, or "refused" with `code` and `text`.

    Every value is escaped. Raises jinja2.TemplateNotFound for another kind, jinja2.UndefinedError for missing context.
    """
    template = _TEMPLATES.get_template(f"{kind}.html")
    code = context.get("code")
    title = "This call is over" if code in _OVER else "This call cannot be opened"
    return template.render(context, try_again=code in _TRY_AGAIN, title=title)
