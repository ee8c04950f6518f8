"""Read the list that Gradescope puts beside the folders of an export.

In:   the bytes of submission_metadata.yml.
Out:  for every folder who handed it in; nothing where the list cannot be read.
Pure: no files. Scalars stay text; nothing in the list makes an object.
"""

import re
from collections.abc import Iterator

from grader.intake.decode import decode
from grader.intake.naming import shown
from grader.intake.people import Named

FILE = "submission_metadata.yml"
_KEY = re.compile(r"  ['\"]?:(?P<key>\w+)['\"]?:(?P<rest>.*)")
_MOST = 100_000
"""Lines that name people; a course of 2000 has 8000."""


def read_metadata(data: bytes) -> dict[str, Named]:
    """Read who handed in what; `{}` if the list is damaged.

    Ids are the submission's number, as "gradescope", and each person's, as
    "gradescope-sid", by which marks go back.
    """
    from ruamel.yaml import YAML  # slow to import, and rarely needed
    from ruamel.yaml.error import YAMLError

    short = "\n".join(_wanted(decode(data)[0]))
    if short.count("\n") > _MOST or re.search(r"^[^'\"]*[:-] [&*]", short, re.MULTILINE):
        return {}
    try:
        tree = YAML(typ="base", pure=True).load(short)
    # The parser may also fail on what a scanner of its own let through.
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError):
        return {}
    entries = tree.items() if isinstance(tree, dict) else ()
    return {
        str(key): _named(str(key), one) for key, one in entries if isinstance(one, dict)
    }


def _wanted(text: str) -> Iterator[str]:
    """Leave out test results and earlier attempts: megabytes, of which a count is used."""
    key, earlier = "", 0
    for line in text.split("\n"):
        if found := _KEY.match(line):
            key = found["key"]
        elif line[:1] not in ("", " ", "-", "#"):
            if earlier:
                yield f'  ":earlier": {earlier}'
            key, earlier = "top", 0
        if key in ("top", "submitters"):
            yield line
        elif key == "history" and re.match(r"  ?-|  {2,4}- ", line):
            earlier += 1
    if earlier:
        yield f'  ":earlier": {earlier}'


def _named(key: str, entry: dict[object, object]) -> Named:
    submitters = entry.get(":submitters")
    people = (
        [one for one in submitters or () if isinstance(one, dict)]
        if isinstance(submitters, list)
        else []
    )
    names = [shown(str(one.get(":name") or "")).strip() for one in people]
    sids = [shown(str(one.get(":sid") or "")).strip() for one in people]
    number = re.search(r"\d+", key)
    own = (("gradescope", number[0]),) if number else ()
    earlier = str(entry.get(":earlier") or "0")
    return Named(
        key=key,
        people=tuple(name for name in names if name),
        ids=own + tuple(("gradescope-sid", sid) for sid in sids if sid),
        platform="gradescope",
        attempt=int(earlier) + 1 if earlier.isdigit() else 1,
    )
