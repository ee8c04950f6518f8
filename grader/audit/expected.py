"""Read what the example submissions of an assignment must get.

In:      submissions/<assignment>.yaml.
Out:     for every example its run status and the outcome of every criterion.
Touches: reads that file.

    default: {<criterion>: <outcome>, ...}     of a submission that is right throughout
    <verdict>/<name>:
      because: one sentence
      run: ok
      outcomes: {<criterion>: <outcome> or {outcome: ..., credit: ...}}   what differs
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from grader.errors import InputError, Problem
from grader.model.rubric import Rubric
from grader.model.verdict import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The outcome a criterion must get.

    Attributes:
        outcome: exactly this one.
        credit: of a partial one; None: any. proposal: of a pending one; None: any.
    """

    outcome: Outcome
    credit: float | None = None
    proposal: float | None = None

    def __str__(self) -> str:
        credit = "" if self.credit is None else f" {self.credit:g}"
        proposal = "" if self.proposal is None else f", proposing {self.proposal:g}"
        return f"{self.outcome.value}{credit}{proposal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What one example submission must get.

    Attributes:
        path: below the folder of examples, "accepted/sequential".
        because: why, in one sentence.
        run: the status of its run or of its intake.
        outcomes: by criterion id; every criterion of the rubric.
    """

    path: str
    because: str
    run: str
    outcomes: Mapping[str, Wanted]


def read_expected(path: Path, rubric: Rubric) -> tuple[Example, ...]:
    """Every example with its outcomes, in the file's order.

    Raises: InputError naming each criterion, outcome or example that is wrong.
    """
    try:
        plain: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "write down what every example must get"
        raise InputError(
            Problem(str(path), f"cannot be read: {error.strerror}", hint)
        ) from error
    except YAMLError as error:
        raise InputError(Problem(str(path), f"is no YAML: {error}")) from error
    reader = _Reader(path, [c.id for _, c in rubric.criteria()])
    default = reader.outcomes("default", plain.pop("default", {}))
    reader.complete(default)
    examples = [reader.example(name, given, default) for name, given in plain.items()]
    if reader.problems:
        raise InputError(*reader.problems)
    return tuple(examples)


class _Reader:
    """Collects problems while it reads, so that all are told at once."""

    def __init__(self, path: Path, criteria: list[str]) -> None:
        self.path, self.criteria = path, criteria
        self.problems: list[Problem] = []

    def complain(self, what: str, hint: str = "") -> None:
        self.problems.append(Problem(str(self.path), what, hint))

    def complete(self, default: Mapping[str, Wanted]) -> None:
        for id in self.criteria:
            if id not in default:
                self.complain(f"default says nothing about {id}")

    def example(self, name: str, given: Any, default: Mapping[str, Wanted]) -> Example:
        if not isinstance(given, dict) or set(given) - {"because", "run", "outcomes"}:
            self.complain(f"{name} needs because, run and outcomes, and nothing else")
            given = {}
        if not given.get("because"):
            self.complain(f"{name} does not say why (because)")
        outcomes = self.outcomes(name, given.get("outcomes") or {})
        return Example(
            path=name,
            because=str(given.get("because", "")),
            run=str(given.get("run", "ok")),
            outcomes={**default, **outcomes},
        )

    def outcomes(self, name: str, given: Mapping[str, Any]) -> dict[str, Wanted]:
        """`all` stands for every criterion; what follows it is more particular."""
        found: dict[str, Wanted] = {}
        for id, value in given.items():
            wanted = self.wanted(name, str(id), value)
            if str(id) == "all":
                found |= dict.fromkeys(self.criteria, wanted)
            elif str(id) in self.criteria:
                found[str(id)] = wanted
            else:
                self.complain(f"{name}: there is no criterion {id}")
        return found

    def wanted(self, name: str, id: str, value: Any) -> Wanted:
        plain = value if isinstance(value, dict) else {"outcome": value}
        try:
            return Wanted(
                outcome=Outcome(str(plain.get("outcome"))),
                credit=plain.get("credit"),
                proposal=plain.get("proposal"),
            )
        except ValueError:
            self.complain(
                f"{name}: {id} has no outcome {value!r}", f"use {', '.join(Outcome)}"
            )
            return Wanted(outcome=Outcome.PENDING)
