"""The pages show what they may, to whom they may, and run nothing."""

import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.model.evidence import Cell, CellError, CellStatus, Evidence
from grader.model.run import Run, RunStatus
from grader.model.verdict import (
    Binding,
    Result,
    failed,
    graded,
    judge_error,
    no_answer,
    pending,
)
from grader.report import (
    AssignmentLines,
    CriterionLine,
    QuestionLine,
    RunFacts,
    feedback_html,
    feedback_path,
    report_html,
)
from grader.report.pictures import Album
from grader.report.words import OUR_FAULT, UNSCORED

Make = Callable[..., Result]
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
EVIL = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</style></textarea>\"'><svg onload=alert(1)>{{ 7*7 }}{% raw %}\x1b]8;;http://e\x07"
    "\u202e<iframe src=http://evil.example><a href='javascript:alert(1)'>x</a>"
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
VOID = {"meta", "img", "br", "line"}


class Page(HTMLParser):
    """Collects what a page is made of, and that its tags close as they open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.text += " " + data

    @property
    def words(self) -> str:
        """The text with its white space evened out."""
        return re.sub(r"\s+", " ", self.text)


def _evidence(**more: object) -> Evidence:
    error = CellError(name="NameError", message="no lamb", line=4, trace="Traceback: x")
    cells = (
        Cell(index=2, kind="code", source="", pictures=("aa", "bb"), notes=("No pip.",)),
        Cell(index=8, kind="code", source="", status=CellStatus.ERROR, error=error),
    )
    run = Run(status=RunStatus.ERRORS, reason="1 cell failed.", notes=("input() gave ''.",))
    return Evidence(
        **{
            "submission": "a",
            "run": run,
            "cells": cells,
            "notes": ("Two notebooks.",),
            **more,
        }  # type: ignore[arg-type]
    )


def _evil(make: Make, lines: AssignmentLines) -> tuple[Result, AssignmentLines, Evidence]:
    binding = Binding(cell=1, what=EVIL, how=EVIL)
    bad = failed(EVIL, binding=binding, hint=EVIL, detail=((EVIL, EVIL),))
    result = make(
        *(f"a{EVIL}", {line.id: bad for line in lines.criteria}, (EVIL,), EVIL, EVIL)
    )
    questions = tuple(replace(line, title=EVIL) for line in lines.questions)
    criteria = tuple(replace(line, states=EVIL) for line in lines.criteria)
    changed = replace(lines, title=EVIL, questions=questions, criteria=criteria)
    error = CellError(name=EVIL, message=EVIL, trace=EVIL)
    cell = Cell(
        index=0, kind="code", source="", error=error, notes=(EVIL,), pictures=(EVIL, "aa")
    )
    return result, changed, _evidence(cells=(cell,), notes=(EVIL,))


def _evil_pages(make: Make, lines: AssignmentLines) -> dict[str, str]:
    result, changed, evidence = _evil(make, lines)
    facts = RunFacts(date=EVIL, isolation="L0", versions=((EVIL, EVIL),), notes=(EVIL,))
    more = {"evidence": evidence, "pictures": {EVIL: EVIL.encode(), "aa": PNG}}
    waits = {line.id: pending(EVIL) for line in lines.criteria}
    other = make("b", waits, (EVIL,), "ok", EVIL)
    return {
        "report": report_html([result, other], changed, facts=facts),
        "feedback": feedback_html(result, changed, **more),  # type: ignore[arg-type]
        "staff": feedback_html(result, changed, staff=True, date=EVIL, **more),  # type: ignore[arg-type]
    }


def test_nothing_a_student_writes_becomes_markup(
    lines: AssignmentLines, make: Make
) -> None:
    """No tag, handler or link of the payload is parsed; no control character is left."""
    for html in _evil_pages(make, lines).values():
        page = Page(html)

        assert not page.tags & {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "link",
            "form",
        }
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "{{ 7*7 }}" in page.text
        assert not {"\x1b", "\x07", "\u202e"} & set(html)


def test_no_page_asks_for_anything(lines: AssignmentLines, make: Make) -> None:
    """Addresses are data URIs of pictures, places on a page, and feedback pages."""
    for html in _evil_pages(make, lines).values():
        page = Page(html)
        targets = [
            value or "" for name, value in page.attributes if name in ("src", "href")
        ]

        assert ("content", POLICY) in page.attributes
        assert "url(" not in html
        assert "@import" not in html
        assert all(
            re.match(r"data:image/png;base64,|#|feedback/", target) for target in targets
        )


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_a_browser_runs_nothing(tmp_path: Path, lines: AssignmentLines, make: Make) -> None:
    """Chromium opens the pages full of payloads, and their title is still ours."""
    for name, html in _evil_pages(make, lines).items():
        path = tmp_path / f"{name}.html"
        path.write_text(html, encoding="utf-8")
        flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
        quiet = "--disable-background-networking --disable-component-update --disable-sync"
        profile = f"--user-data-dir={tmp_path / ('profile-' + name)}"
        dom = subprocess.run(
            [
                "chromium",
                *flags.split(),
                *quiet.split(),
                profile,
                "--dump-dom",
                path.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout

        assert "<title>owned</title>" not in dom
        assert "&lt;script&gt;document.title='owned'" in dom


def test_feedback_hides_what_is_for_staff(lines: AssignmentLines, make: Make) -> None:
    """Detail, proposal, confidence, rubric lines and intake notes are for staff only."""
    binding = Binding(cell=2, what="function f", how="by name", confidence=0.42)
    verdicts = {
        "1a.value": failed("Off.", binding=binding, detail=(("expected", "SECRET81"),)),
        "1a.proof": pending("A proof.", proposal=0.37),
    }
    result = make("a", verdicts)
    seen = Page(feedback_html(result, lines, evidence=_evidence())).words
    staff = Page(feedback_html(result, lines, evidence=_evidence(), staff=True)).words

    for secret in ("SECRET81", "0.37", "0.42", "names the chain rule", "Two notebooks."):
        assert secret not in seen
        assert secret in staff


def test_a_hidden_criterion_shows_its_outcome_only(
    lines: AssignmentLines, make: Make
) -> None:
    """Its statement, outcome and points are seen; reason, place and hint are not."""
    binding = Binding(cell=2, what="SECRETPLACE", how="by name")
    bad = failed("SECRETREASON", binding=binding, hint="SECRETHINT")
    result = make("a", {"1b.hidden": bad})
    seen = Page(feedback_html(result, lines)).words

    assert "It holds for large inputs. 0 / 1 ✗ Not correct It runs." in seen
    assert "SECRET" not in seen
    assert "A hidden hint." not in seen
    assert "SECRETREASON" in Page(feedback_html(result, lines, staff=True)).words


@pytest.mark.parametrize("name", ["1a.value", "1b.hidden"])
def test_our_fault_is_not_quoted(lines: AssignmentLines, make: Make, name: str) -> None:
    """A judge error's text can hold anything, so a student reads ours instead."""
    result = make("a", {name: judge_error("KeyError: reference 81")})
    seen = Page(feedback_html(result, lines)).words

    assert "KeyError" not in seen
    assert OUR_FAULT in seen


def test_feedback_says_all_of_a_criterion(lines: AssignmentLines, make: Make) -> None:
    """Statement, points, outcome in a word and a sign, reason, place, hint."""
    binding = Binding(cell=6, what="function f(x)", how="by name")
    result = make("a", {"1a.value": graded(0.5, "Half of it.", binding=binding)})
    seen = Page(feedback_html(result, lines)).words

    assert (
        "The derivative is given. 0.5 / 1 ◐ Partly correct Half of it. "
        "Found: function f(x) in cell 7 (by name) Hint: Use the chain rule."
    ) in seen


def test_a_pass_needs_no_hint(lines: AssignmentLines, make: Make) -> None:
    """The rubric's hint is for those who can use it; a verdict's own comes first."""
    own = no_answer("Nothing called f was found.", hint="Call it f.")

    assert "Hint:" not in Page(feedback_html(make("a"), lines)).words
    assert (
        "Hint: Call it f." in Page(feedback_html(make("a", {"1a.value": own}), lines)).words
    )


def test_pending_is_said_and_is_no_zero(lines: AssignmentLines, make: Make) -> None:
    """A pending question has no number, and the page says that a person will look."""
    names = [line.id for line in lines.criteria]
    some = Page(feedback_html(make("a", {"1a.proof": pending("A proof.")}), lines)).words
    all_ = Page(feedback_html(make("a", {n: pending("?") for n in names}), lines)).words

    assert "5 of 4 points so far 3 of them are bonus." in some
    assert "A person will look at 1 criterion, worth 2 points." in some
    assert f"{UNSCORED} not scored yet, of 4 points" in all_
    assert "A person will look at 5 criteria, worth 7 points." in all_
    assert "0 of 4" not in all_


def test_a_failed_run_is_explained(lines: AssignmentLines, make: Make) -> None:
    """Status, reasons and repairs, each once; failed cells with their error."""
    result = make("a", status="errors", reason="1 cell failed.")
    seen = Page(feedback_html(result, lines, evidence=_evidence())).words

    assert (
        "Your notebook: ran; some cells failed. 1 cell failed. input() gave ''. "
        "Cell 3: No pip."
    ) in seen
    assert "Cell 9, line 4 NameError: no lamb traceback Traceback: x" in seen


def test_pictures_stand_where_they_belong(lines: AssignmentLines, make: Make) -> None:
    """A placed picture is with its question and not again; the others are by cell."""
    html = feedback_html(
        make("a"),
        lines,
        evidence=_evidence(),
        pictures={"aa": PNG, "bb": PNG},
        placed={"1b": ["bb"]},
    )
    first = html.index("Cell 3, picture 2 of 2")

    assert html.count("data:image/png;base64,") == 2
    assert html.index('id="q-1b"') < first < html.index('id="q-2"')
    assert html.index("What your notebook drew") < html.index("Cell 3, picture 1 of 2")


def test_only_a_png_is_shown() -> None:
    """What is no PNG, is too large or was not kept is named, with the reason."""
    wide = PNG[:16] + (10_001).to_bytes(4, "big") + PNG[20:]
    album = Album({"png": PNG, "svg": b"<svg/>", "wide": wide, "two": PNG}, len(PNG))
    names = ("png", "svg", "wide", "two", "gone", "png")
    got = [picture.missing for picture in album.take((name, "x") for name in names)]

    assert got == [
        "",
        "It is not a PNG we can show.",
        "It is not a PNG we can show.",
        "The page would be too large.",
        "It was not kept.",
    ]


def _class(make: Make) -> list[Result]:
    low = pending("Two functions fit.", proposal=1.0)
    near = (("margin", "1e-3"), ("expected", "81"))
    return [
        make("a", {"1a.value": low, "1b.hidden": failed("Off.", detail=near)}),
        make("b b#1", {"1a.value": low}, people=("Ada",)),
        make("c", {"1a.proof": judge_error("KeyError")}, status="timeout", reason="600 s."),
        make("d", {"1b.hidden": failed("Off.", detail=(("margin", "3e-3"),))}),
    ]


def test_the_report_lists_what_a_person_must_look_at(
    lines: AssignmentLines, make: Make
) -> None:
    """By criterion, then by reason, with links to the place on the feedback page."""
    html = report_html(_class(make), lines)

    assert (
        "1a.value The derivative is given. … Two functions fit. a b b#1 2"
        in Page(html).words
    )
    assert "1a.proof The derivative is proved. ! KeyError c 1" in Page(html).words
    assert 'href="feedback/b%20b%231.html#c-1a.value"' in html
    assert feedback_path("b b#1") == "feedback/b b#1.html"


def test_the_report_counts(lines: AssignmentLines, make: Make) -> None:
    """Submissions, how many are fully scored, and what they come to."""
    seen = Page(report_html(_class(make), lines)).words

    assert "submissions 4 fully scored 1 mean of those, of 4 points 6" in seen
    assert "median of those 6 verdicts for a person 3" in seen
    assert "✓ 2 correct ✗ 2 not correct margin from 0.001 to 0.003, median 0.002" in seen
    assert "2 × ✗ Off." in seen
    assert "The run ran out of time · 1 c 600 s." in seen


def test_the_report_shows_no_zero_for_pending(lines: AssignmentLines, make: Make) -> None:
    """A row with nothing scored has no digit in its score."""
    names = [line.id for line in lines.criteria]
    seen = Page(report_html([make("a", {n: pending("?") for n in names})], lines)).words

    assert " a … … … … 5 ok " in seen


def test_the_report_says_how_it_was_run(lines: AssignmentLines, make: Make) -> None:
    """Date, level, versions and notes as given; at L0 a warning; nothing if not given."""
    facts = RunFacts(
        date="1 May", isolation="L0", versions=(("numpy", "2.3"),), notes=("Old.",)
    )
    seen = Page(report_html([make("a")], lines, facts=facts)).words
    bare = Page(report_html([make("a")], lines)).words

    assert "sheet01 · 1 May" in seen
    assert "The notebooks ran at isolation L0: a plain process" in seen
    assert "numpy 2.3" in seen
    assert "Old." in seen
    assert "How it was run" not in bare


def test_the_same_bytes_in_any_order(lines: AssignmentLines, make: Make) -> None:
    """Two renderings, and one of shuffled results, are identical."""
    results = _class(make)
    mixed = random.Random(5).sample(results, len(results))
    page = {"evidence": _evidence(), "pictures": {"aa": PNG}}

    assert report_html(results, lines) == report_html(mixed, lines)
    assert feedback_html(results[0], lines, **page) == feedback_html(  # type: ignore[arg-type]
        results[0],
        lines,
        **page,  # type: ignore[arg-type]
    )


def test_a_report_of_nothing(lines: AssignmentLines) -> None:
    """No submissions is a page that says so."""
    assert "There are no submissions." in Page(report_html([], lines)).words


def test_pages_can_be_read_aloud(lines: AssignmentLines, make: Make) -> None:
    """Language, header scopes, alternative texts and a viewport are there."""
    pages = [report_html(_class(make), lines)]
    pages.append(
        feedback_html(make("a"), lines, evidence=_evidence(), pictures={"aa": PNG})
    )

    for html in pages:
        assert '<html lang="en">' in html
        assert 'name="viewport"' in html
        assert not re.findall(r"<th(?![^>]*scope=)[ >]", html)
        assert not re.findall(r"<img(?![^>]*alt=)", html)


def test_a_large_class_is_quick_and_small(make: Make) -> None:
    """300 submissions with 30 criteria: far below 5 s and 3 MB."""
    questions = tuple(QuestionLine(id=f"{n}", title="T", points=3.0) for n in range(10))
    criteria = tuple(
        CriterionLine(id=f"{n}.{k}", question=f"{n}", states="It is so.", points=1.0)
        for n in range(10)
        for k in "abc"
    )
    lines = AssignmentLines(
        assignment="s", title="S", questions=questions, criteria=criteria
    )
    rng = random.Random(1)
    results = [
        make(
            f"group-with-a-long-name-{n:03d}",
            {
                line.id: pending("Look.") if rng.random() < 0.3 else failed(f"Off by {n}.")
                for line in criteria
            },
            ("Ada Lovelace", "Emmy Noether"),
            lines=lines,
        )
        for n in range(300)
    ]
    start = time.perf_counter()
    html = report_html(results, lines)

    assert time.perf_counter() - start < 5
    assert len(html.encode()) < 3_000_000
