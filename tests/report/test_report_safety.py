"""Whatever a student writes is shown as text, and runs nothing."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.model.evidence import Cell, CellError, Evidence
from grader.model.verdict import (
    Binding,
    Result,
    failed,
    pending,
)
from grader.report import (
    AssignmentLines,
    RunFacts,
    feedback_html,
    report_html,
)
from grader.report.pictures import Album

Make = Callable[..., Result]
Read = Callable[[str], Any]
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
EVIL = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</style></textarea>\"'><svg onload=alert(1)>{{ 7*7 }}{% raw %}\x1b]8;;http://e\x07"
    "\u202e<iframe src=http://evil.example><a href='javascript:alert(1)'>x</a>"
)


def _evil(
    make: Make, lines: AssignmentLines, evidence: Evidence
) -> tuple[Result, AssignmentLines, Evidence]:
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
    return result, changed, replace(evidence, cells=(cell,), notes=(EVIL,))


def _evil_pages(
    make: Make, lines: AssignmentLines, plain: Evidence, png: bytes
) -> dict[str, str]:
    result, changed, evidence = _evil(make, lines, plain)
    facts = RunFacts(date=EVIL, isolation="L0", versions=((EVIL, EVIL),), notes=(EVIL,))
    more = {"evidence": evidence, "pictures": {EVIL: EVIL.encode(), "aa": png}}
    waits = {line.id: pending(EVIL) for line in lines.criteria}
    other = make("b", waits, (EVIL,), "ok", EVIL)
    return {
        "report": report_html([result, other], changed, facts=facts),
        "feedback": feedback_html(result, changed, **more),  # type: ignore[arg-type]
        "staff": feedback_html(result, changed, staff=True, date=EVIL, **more),  # type: ignore[arg-type]
    }


def test_nothing_a_student_writes_becomes_markup(
    lines: AssignmentLines, make: Make, read: Read, evidence: Evidence, png: bytes
) -> None:
    """No tag, handler or link of the payload is parsed; no control character is left."""
    for html in _evil_pages(make, lines, evidence, png).values():
        page = read(html)

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


def test_no_page_asks_for_anything(
    lines: AssignmentLines, make: Make, read: Read, evidence: Evidence, png: bytes
) -> None:
    """Addresses are data URIs of pictures, places on a page, and feedback pages."""
    for html in _evil_pages(make, lines, evidence, png).values():
        page = read(html)
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
def test_a_browser_runs_nothing(
    tmp_path: Path, lines: AssignmentLines, make: Make, evidence: Evidence, png: bytes
) -> None:
    """Chromium opens the pages full of payloads, and their title is still ours."""
    for name, html in _evil_pages(make, lines, evidence, png).items():
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


def test_only_a_png_is_shown(png: bytes) -> None:
    """What is no PNG, is too large or was not kept is named, with the reason."""
    wide = png[:16] + (10_001).to_bytes(4, "big") + png[20:]
    album = Album({"png": png, "svg": b"<svg/>", "wide": wide, "two": png}, len(png))
    names = ("png", "svg", "wide", "two", "gone", "png")
    got = [picture.missing for picture in album.take((name, "x") for name in names)]

    assert got == [
        "",
        "It is not a PNG we can show.",
        "It is not a PNG we can show.",
        "The page would be too large.",
        "It was not kept.",
    ]
