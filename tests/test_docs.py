"""Docs are part of the feature: they are complete and true."""

import re
from pathlib import Path

import pytest
import yaml

from grader.checks import CHECKS
from grader.cli.app import app
from grader.cli.covering import covered
from grader.cli.pages import page
from grader.model import evidence, verdict

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [command.callback.__name__ for command in app.registered_commands]


def test_the_rubric_page_is_current():
    """Every key and every check of the code stands in docs/rubric.md, and no other."""
    committed = (ROOT / "docs" / "rubric.md").read_text(encoding="utf-8")

    assert committed == page()


def test_the_coverage_table_is_current():
    """The README says of every exercise of every rubric who decides it."""
    assert "<!-- coverage -->" in README
    assert covered(README, ROOT / "rubrics") == README


@pytest.mark.parametrize("slug", sorted(p.stem for p in (ROOT / "rubrics").glob("*.yaml")))
def test_the_table_of_assignments_counts_rightly(slug):
    """So many example submissions, mutants and equivalents."""
    examples = len([*(ROOT / "submissions" / slug).glob("*/*")])
    text = (ROOT / "reference" / slug / "variants.yaml").read_text(encoding="utf-8")
    blocks = yaml.load(text, Loader=yaml.CSafeLoader)
    kinds = " and ".join(str(len(blocks[k])) for k in ("mutants", "equivalents"))

    assert f"[{examples} submissions](submissions/{slug}.yaml)" in README
    assert f"[{kinds}](reference/{slug}/variants.yaml)" in README


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_every_check_says_what_it_decides(name):
    """A check tells when it passes or is left to a person, and what fools it."""
    doc = CHECKS[name].__doc__ or ""

    assert "Pass:" in doc or "Pending:" in doc
    assert "Fooled by:" in doc or name == "manual"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    """A reader of the README knows all commands."""
    assert f"grader {name}" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name):
    """--help answers."""
    from typer.main import get_command

    command = get_command(app).commands[name]
    silent = [p.name for p in command.params if p.name != "help" and not p.help]

    assert silent in ([], ["color"])
    assert command.help


def test_the_glossary_has_the_outcomes():
    """The words of the verdicts are the glossary's."""
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")

    assert all(outcome.value in glossary for outcome in verdict.Outcome)
    assert all(kind.value in glossary for kind in evidence.CandidateKind)


def test_local_links_lead_somewhere():
    """No page links to a file that is not there."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(
            r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")
        )
    ]

    assert [link for page, link in links if not (page.parent / link).exists()] == []
