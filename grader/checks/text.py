"""Check the student's own words. What they mean, only a person can tell."""

import re

from grader.checks.registry import check
from grader.checks.words import counted, not_found, unwritten
from grader.model.answers import Found, Passage
from grader.model.case import Case
from grader.model.criteria import TextClaims, TextPresent
from grader.model.verdict import Verdict, failed, passed, pending

MOST, LONGEST = 50, 300
"""Sentences of a section, and characters of each, in which claims are looked for."""

BEFORE, BEHIND = 5, 2
"""Words before and behind a claim in which a negation is taken to mean the claim."""
CLAUSE = re.compile(
    r"[,;:()–—]|\b(?:but|while|whereas|although|aber|sondern|während|obwohl)\b", re.I
)
NOT = re.compile(
    r"\b(?:not|no|never|neither|nor|none|cannot|without|hardly|nicht|nie|niemals|weder|"
    r"kaum|ohne|kein\w{0,2}|\w+n['’]t)\b",
    re.I,
)
NOT_ONLY = re.compile(r"\b(?:not only|not just|nicht nur|no longer surpris\w*)\b", re.I)
UNTRUE = re.compile(
    r"\b(?:false|untrue|incorrect|wrong(?:ly)?|mistaken(?:ly)?|not true|contrary to|"
    r"myth|falsch|unwahr|inkorrekt|fälschlich\w*|irrtümlich\w*|stimmt (?:so )?nicht|"
    r"trifft nicht zu|nicht wahr|im gegensatz zu der|entgegen der)\b",
    re.I,
)
TAKEN_BACK = re.compile(
    r"\W{0,5}(?:(?:but )?(?:this|that|it|which)(?: claim| statement)?"
    r"(?: is| would be|'s)(?: of course| clearly)? (?:false|wrong|untrue|incorrect|"
    r"not (?:true|right|correct|the case))\b|"
    r"(?:aber )?(?:das|dies|diese aussage)(?: ist| wäre| stimmt)(?: natürlich)? "
    r"(?:falsch|unwahr|nicht(?: wahr| richtig| der fall)?\W*$)|(?:wrong|false|falsch)\b)",
    re.I,
)


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
    Pending:   both, or neither: a person reads; only `reject` proposes no credit. Also
               a claim that is denied, doubted, asked or said to be wrong; or there is
               code alone; a claim that it prints is proposed.
    No answer: no text and no code.
    Fooled by: a claim that is denied by a later sentence; words no pattern knows.
    """
    got: Found[Passage] = case.seek(options.find)
    if not got:
        return _printed(options, case) or unwritten(case, got, options.hint)
    return _claimed(options, got)


def _printed(options: TextClaims, case: Case) -> Verdict | None:
    """A claim that code prints: proposed, as output is full of words."""
    printed = options.find.model_copy(update={"printed": True})
    got: Found[Passage] = case.seek(printed)
    verdict = _claimed(options, got) if got else None
    if verdict is None or verdict.credit != 1:
        return None
    return pending(
        f"{verdict.reason} It is printed; a person will look.",
        binding=verdict.binding,
        proposal=1.0,
    )


def _claimed(options: TextClaims, got: Found[Passage]) -> Verdict:
    sentences = _sentences(" ".join(hit.value.text for hit in got.hits))
    accepted = _read(options.accept, sentences)
    denied = _denied(options.accept, sentences)
    rejected = _read(options.reject, sentences)
    first = got.hits[0].binding
    if accepted and not rejected and not denied:
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


def _denied(patterns: tuple[str, ...], sentences: list[str]) -> bool:
    """Whether a recognised claim is denied, doubted or asked where it stands."""
    following = [*sentences[1:], ""]
    for text, after in zip(sentences, following, strict=True):
        found = [match for p in patterns if (match := re.search(p, text, re.I))]
        if not found:
            continue
        if (
            text.rstrip(" *_").endswith("?")
            or UNTRUE.search(text)
            or TAKEN_BACK.match(after)
        ):
            return True
        if all(_negated(match) for match in found):
            return True
    return False


def _negated(match: re.Match[str]) -> bool:
    """A word of negation in the claim, or close to it in the same clause."""
    before = CLAUSE.split(match.string[: match.start()])[-1].split()[-BEFORE:]
    behind = CLAUSE.split(match.string[match.end() :])[0].split()[:BEHIND]
    inside = CLAUSE.split(match[0])  # clauses between the outer two are about others
    parts = (" ".join(before), inside[0], inside[-1], " ".join(behind))
    return any(NOT.search(NOT_ONLY.sub(" ", part)) for part in parts)


def _in_words(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()], match.string[match.end() :]
    return before.rpartition(" ")[2] + match[0] + after.partition(" ")[0]
