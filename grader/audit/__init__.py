"""Prove a rubric: the reference and the example submissions get what they must get."""

from grader.audit.compare import Disagreement, of_example, of_reference
from grader.audit.expected import Example, Wanted, read_expected

__all__ = [
    "Disagreement",
    "Example",
    "Wanted",
    "of_example",
    "of_reference",
    "read_expected",
]
