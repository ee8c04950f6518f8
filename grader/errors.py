"""Every exception the harness raises on purpose.

A student's mistake is a verdict, never an exception. What is raised is ours or the
course's: a wrong rubric, an unreadable path, a broken reference, a bug.

GraderError
├── InputError        somebody can mend their input: where, what, hint   (exit status 2)
│   ├── RubricError   a rubric file is wrong
│   ├── UsageError    a command was called wrongly
│   └── NothingToGrade  no submission was found                          (exit status 5)
└── HarnessError      we failed                                          (exit status 3)
    ├── RunError      the sandbox could not be started or kept
    ├── EvidenceError stored evidence cannot be read
    └── JudgeError    a check could not be decided through our own fault
"""

from dataclasses import dataclass


class GraderError(Exception):
    """The root: anything the harness raises on purpose."""

    exit_status = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where, what, and the way out.

    Attributes:
        where: a path, with `:line` if it is known.
        what: one sentence without a full stop.
        hint: what to do; may be empty.
    """

    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class InputError(GraderError):
    """Somebody's input is wrong; every problem that was found is listed."""

    exit_status = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class RubricError(InputError):
    """A rubric file is wrong. Raised while loading, never while judging."""


class UsageError(InputError):
    """A command was called in a way that cannot be carried out."""


class NothingToGrade(InputError):
    """The given paths hold no submission."""

    exit_status = 5


class HarnessError(GraderError):
    """We failed. Never costs a mark."""


class RunError(HarnessError):
    """The sandbox could not be started or kept under control."""


class EvidenceError(HarnessError):
    """Stored evidence is missing, damaged or of another schema version."""


class JudgeError(HarnessError):
    """A criterion could not be decided through a fault of ours."""
