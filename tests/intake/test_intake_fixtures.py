"""Real files as they arrive, and what intake must make of each."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from ruamel.yaml import YAML

from grader.intake import Arrival, Fate, listing, receive

ROOT = Path(__file__).parents[2] / "submissions" / "intake"
WANTED: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(
    ROOT.with_suffix(".yaml").read_text(encoding="utf-8")
)
FOLDERS = sorted(name for name in WANTED if (ROOT / name).is_dir())


def given(name: str) -> Path:
    return ROOT / WANTED[name].get("path", name)


def told(arrival: Arrival) -> dict[str, Any]:
    """What an arrival is, in the words of the list."""
    rows = listing(arrival.submissions, arrival.strays)
    found: dict[str, Any] = {}
    for one in arrival.submissions:
        found[one.id] = {
            "status": one.status.value,
            "reason": one.reason,
            "people": list(one.people),
            "ids": [list(pair) for pair in one.ids],
            "attempt": one.attempt,
            "notebook": str(one.notebook or ""),
            "files": {r.path: r.fate.value for r in rows if r.submission == one.id},
        }
    return found


def wanted(name: str) -> dict[str, Any]:
    plain = {"status": "ready", "reason": "", "ids": [], "attempt": 1, "notebook": ""}
    return {id: {**plain, **one} for id, one in WANTED[name]["submissions"].items()}


def files_below(place: Path) -> Iterator[str]:
    for path in place.rglob("*"):
        if path.is_file():
            yield path.relative_to(place).as_posix()


def test_every_fixture_is_listed():
    """No file lies there without anybody saying what must become of it."""
    assert {path.name for path in ROOT.iterdir()} == set(WANTED)
    assert len(WANTED) >= 40
    assert all(one["because"] for one in WANTED.values())


@pytest.mark.parametrize("name", WANTED)
def test_a_fixture_becomes_what_it_must(name):
    """Status, reason, people, ids, the chosen notebook, every file's fate are right."""
    arrival = receive([given(name)])

    assert told(arrival) == wanted(name)
    strays = [one.origin.removeprefix(f"{ROOT}/") for one in arrival.strays]
    assert strays == WANTED[name].get("strays", [])


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_has_a_row(name):
    """Nothing is silently skipped: each file on disk is in the listing, under its name."""
    arrival = receive([ROOT / name])
    rows = listing(arrival.submissions, arrival.strays)
    names = {PurePosixPath(row.path).name for row in rows}

    for path in files_below(ROOT / name):
        # A zip becomes its entries, a hidden folder one row; a platform's prefix goes.
        if not path.endswith(".zip") and "/.github/" not in path:
            assert path.endswith(tuple(names))
    assert all(row.reason for row in rows if row.fate in (Fate.REFUSED, Fate.IGNORED))


@pytest.mark.parametrize("name", FOLDERS)
def test_the_order_on_disk_does_not_matter(name, tmp_path, monkeypatch):
    """Copied elsewhere in another order, under another name, a batch is the same batch."""
    order = random.Random(name)  # noqa: S311
    there = tmp_path / "copy"
    names = sorted(files_below(ROOT / name))
    order.shuffle(names)
    for one in names:
        (there / one).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name / one, there / one)
    plain = os.scandir

    class Shuffled:
        def __init__(self, path):
            with plain(path) as found:
                self.entries = list(found)
            order.shuffle(self.entries)

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            return None

    before = told(receive([given(name)]))
    monkeypatch.setattr(os, "scandir", Shuffled)
    after = told(receive([there / given(name).relative_to(ROOT / name)]))

    assert after == before


@pytest.mark.parametrize(
    "name",
    ["moodle-folders", "moodle-teams", "moodle-flat", "canvas", "ilias", "ilias-teams"],
)
def test_what_a_shell_lists_equals_the_folder(name):
    """`subs/*` gives the rows that `subs` gives, also where names are read together."""
    every = sorted((ROOT / name).iterdir())

    assert told(receive(every[::-1])) == wanted(name)
