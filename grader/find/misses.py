"""Say what came near an answer, and what would make it one.

In:   a submission, and what was looked for in vain.
Out:  sentences a student can act on: "lse(x) in cell 7 takes one argument; add lamb".
Pure.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from grader.find.context import Context
from grader.find.patterns import any_match, folded
from grader.model.criteria import Argument
from grader.model.evidence import Candidate, CandidateKind
from grader.model.finds import FindFunction

MOST = 3
ALIKE = 0.6
"""From this share of common letters on, two names are alike."""
COUNTED = ("no arguments", "one argument", "two arguments", "three arguments")


def signature(candidate: Candidate) -> str:
    """A function as a reader would write it: lse(x, lam)."""
    name = candidate.names[-1] if candidate.names else candidate.type
    return f"{name}({', '.join(p.name for p in candidate.parameters)})"


def near_functions(
    context: Context,
    what: FindFunction,
    arguments: Sequence[Argument],
    asked: Sequence[str],
) -> tuple[str, ...]:
    """Functions that were not asked, or not in a way that fits, the nearest first.

    `asked` holds the ids of those that could be called.
    """
    functions = [
        c for c in context.candidates if c.kind is CandidateKind.FUNCTION and c.names
    ]
    left = [c for c in functions if c.id not in asked]
    left.sort(key=lambda c: -likeness(c.names, what.names))
    return tuple(_told(c, what, arguments) for c in left[:MOST])


def likeness(names: Sequence[str], patterns: Sequence[str]) -> float:
    """How much one of the names is like one of the patterns, 0 to 1."""
    if any(any_match(name, patterns) for name in names):
        return 1.0
    plain = [folded(p).replace("*", "").replace("?", "") for p in patterns]
    pairs = ((folded(name), p) for name in names for p in plain if p)
    return max((SequenceMatcher(None, a, b).ratio() for a, b in pairs), default=0.0)


def _told(candidate: Candidate, what: FindFunction, arguments: Sequence[Argument]) -> str:
    where = f"{signature(candidate)} in cell {candidate.cell + 1}"
    alike = likeness(candidate.names, what.names)
    if alike < ALIKE and not what.by_behaviour:
        return where
    rename = () if alike == 1.0 else (f"name it {_plain(what.names)}",)
    wrong = "; ".join((*misfit(candidate, arguments), *rename))
    return f"{where} ({wrong})" if wrong else where


def misfit(candidate: Candidate, arguments: Sequence[Argument]) -> tuple[str, ...]:
    """Why a function cannot be called with these arguments; () if it can."""
    takes = [p for p in candidate.parameters if p.kind in ("positional", "keyword")]
    more = any(p.kind in ("args", "kwargs") for p in candidate.parameters)
    required = [a for a in arguments if not a.optional]
    needs = sum(p.required for p in takes)
    if takes and not more and len(takes) < len(required):
        lacking = [a.name for a in required if not _has(candidate, a)]
        missing = (lacking or [required[-1].name])[-(len(required) - len(takes)) :]
        return (f"it takes {_count(len(takes))}; add {' and '.join(missing)}",)
    if arguments and needs > len(arguments):
        return (f"it needs {_count(needs)}; {len(arguments)} are given",)
    return ()


def _has(candidate: Candidate, argument: Argument) -> bool:
    known = (argument.name, *argument.also)
    return any(any_match(p.name, known) for p in candidate.parameters)


def _count(number: int) -> str:
    return COUNTED[number] if number < len(COUNTED) else f"{number} arguments"


def _plain(patterns: Sequence[str]) -> str:
    """A name that would be found, from the patterns."""
    plain = [p for p in patterns if "*" not in p and "?" not in p and "[" not in p]
    return (plain or [patterns[0].replace("*", "")])[0]


def near_names(context: Context, patterns: Sequence[str], kinds: str) -> tuple[str, ...]:
    """Variables whose names are like the patterns, with their types, the nearest first."""
    seen: dict[str, tuple[float, str]] = {}
    for named in context.recorded.evidence.names:
        alike = likeness((named.name,), patterns)
        if named.cell in context.kinds and alike >= ALIKE:
            plain = named.type.rpartition(".")[2]
            told = (
                f"the variable {named.name} in cell {named.cell + 1} is a {plain}, {kinds}"
            )
            seen[named.name] = (alike, told)
    ranked = sorted(seen.values(), key=lambda pair: -pair[0])
    return tuple(told for _, told in ranked[:MOST])
