"""Check the student's own words. What they mean, only a person can tell."""

import re

from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Passage
from grader.model.case import Case
from grader.model.criteria import TextClaims, TextPresent
from grader.model.verdict import Verdict, failed, passed, pending

MOST, LONGEST = 50, 300
"""Sentences of a section, and characters of each, in which claims are looked for."""


@check("text_present")
def text_present(options: TextPresent, case: Case) -> Verdict:
    """Ask whether the section holds words of the student's own.

    Pass:      at least as many words as asked, headings and handed-out text not counted.
    Fail:      fewer.
    No answer: no text at all.
    Fooled by: words that say nothing.
    """
    got: Found[Passage] = case.seek(options.find)
    if not got:
        return not_found(got, options.hint)
    count = sum(hit.value.words for hit in got.hits)
    first = got.hits[0].binding
    if count >= options.words:
        return passed(f"Found {counted(count, 'word')} of text.", binding=first)
    return failed(
        f"Found only {counted(count, 'word')} of text.", binding=first, hint=options.hint
    )


@check("text_claims")
def text_claims(options: TextClaims, case: Case) -> Verdict:
    """Ask whether the section's text makes a claim that patterns can recognise.

    Pass:      a pattern of `accept` is found and none of `reject`.
    Pending:   both, or neither: a person reads; only `reject` proposes no credit.
    No answer: no text.
    Fooled by: a claim that is denied in the same breath; words no pattern knows.
    """
    got: Found[Passage] = case.seek(options.find)
    if not got:
        return not_found(got, options.hint)
    sentences = _sentences(" ".join(hit.value.text for hit in got.hits))
    accepted = _read(options.accept, sentences)
    rejected = _read(options.reject, sentences)
    first = got.hits[0].binding
    if accepted and not rejected:
        return passed(f"Read: “{accepted[0][:120]}”.", binding=first)
    if rejected and not accepted:
        return pending(
            f"Read: “{rejected[0][:120]}”. A person will look.", binding=first, proposal=0.0
        )
    return pending(
        "The text is not clear to a machine; a person will read it.", binding=first
    )


def _sentences(text: str) -> list[str]:
    """Sentences, each on one line and capped, as patterns need not look further."""
    parts = re.split(r"\n\s*\n|(?<=[.!?])\s", text)[:MOST]
    return [re.sub(r"\s+", " ", part)[:LONGEST] for part in parts]


def _read(patterns: tuple[str, ...], sentences: list[str]) -> list[str]:
    """What the patterns recognise, in whole words, as it stands in the text."""
    found = [re.search(p, text, re.I) for text in sentences for p in patterns]
    return [_in_words(match) for match in found if match]


def _in_words(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()], match.string[match.end() :]
    return before.rpartition(" ")[2] + match[0] + after.partition(" ")[0]
