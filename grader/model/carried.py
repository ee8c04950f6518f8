"""What a rubric says about a question that builds on an earlier answer."""

from typing import Annotated

from pydantic import Field

from grader.model.strict import Strict, Text

REF = "ref"
"""The letter that stands for the reference's own answer in `gives`."""
TAKES = {
    "array_close": "the array",
    "closed_form": "the formula of the one quantity that is asked for",
    "function_matches": "the function's values on the fresh inputs",
    "layers_classify": "the parameters, as they are (no `gives`)",
    "number_close": "the number",
    "paths_drawn": "the ends of the student's own runs (no `gives`)",
    "progress_drawn": "a person looks at curves of the student's own runs (no `gives`)",
}
"""Checks whose expected answer can follow from an earlier one, and what that is."""
GIVES = {
    "array_close": "the array",
    "closed_form": "the formula of the one quantity that is asked for",
    "layers_classify": "the parameters, as they are (no `gives`)",
    "module_matches": "the proven number of parameters",
    "number_close": "the number",
    "paths_end": "where the runs end (no `gives`)",
}
"""Checks whose answers can be carried, and what is carried of each."""
AS_THEY_ARE = {
    "layers_classify": "layers_classify",
    "paths_drawn": "paths_end",
    "progress_drawn": "paths_end",
}
"""Checks that take one earlier answer as it is -> the check that it is the answer to."""


class Carried(Strict):
    """What is expected if an earlier answer is wrong: what follows from that answer.

    Only where the earlier question lost something for its answer, and nothing of what the
    check expects was found: then the earlier answer takes the place of the reference's,
    and a mistake costs once. What follows from zeros only (or is no number) is not carried.
    """

    from_: Annotated[dict[Text, Text], Field(min_length=1, max_length=4)] = Field(
        alias="from", description="Letter -> criterion decided before: {P: 2a.precision}."
    )
    gives: str = Field(
        default="",
        description="What is expected then, as a formula in these letters, in those of "
        "the criterion's own symbols, and in ref, the reference's own answer: P^{-1} or "
        "2 ref. Empty: the one earlier answer itself.",
    )
