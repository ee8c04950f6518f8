"""Fill our HTML templates. Whatever is filled in is escaped, and nothing can act.

In:   a template's name and what it shows.
Out:  one self-contained page: no script, no request, a policy that forbids both.
Touches: reads our own templates, once.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from grader.report.plain import plain
from grader.report.words import WORDS, count, number, status_words


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters["number"] = number
    environment.filters["status"] = status_words
    environment.globals["count"] = count
    environment.globals["words"] = WORDS
    return environment


def _visible(value: object) -> object:
    """Show what is invisible in any text; markup is ours and stays as it is."""
    return plain(value) if type(value) is str else value


def render(template: str, **shown: object) -> str:
    """Fill `templates/<template>.html.j2`."""
    return _environment().get_template(f"{template}.html.j2").render(shown)
