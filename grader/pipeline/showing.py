"""Tell whether anybody will look at the figures of an assignment's submissions.

In:   a rubric.
Out:  how many figures of a run are drawn for people.
Pure: no files, no kernels, no clock, no randomness.

Drawing a figure costs more than computing it. Checks judge what was handed to the
figures, so pictures are drawn where a person decides something, or may want to see what
a check on drawings saw.
"""

from grader.model.rubric import Rubric
from grader.model.run import PICTURES

READ_OR_COMPUTED = frozenset(
    [
        "archive_named",
        "array_close",
        "files_only",
        "files_present",
        "function_matches",
        "function_range",
        "group_size",
        "imports_only",
        "layers_classify",
        "module_matches",
        "number_close",
        "people_at_most",
        "rows_match",
        "source_avoids",
        "source_calls",
        "source_uses",
        "text_claims",
        "text_present",
        "text_states",
    ]
)
"""Checks whose verdicts nobody needs a picture to follow."""


def pictures(rubric: Rubric) -> int:
    """As the rubric says; else the usual number, unless no picture is of any use."""
    if rubric.limits.pictures is not None:
        return rubric.limits.pictures
    checks = {criterion.check for _, criterion in rubric.criteria()}
    return 0 if checks <= READ_OR_COMPUTED else PICTURES
