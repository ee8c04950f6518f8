"""Grade what one student would hand in, and write no sheets."""

from dataclasses import replace
from pathlib import Path

from grader.intake import receive
from grader.model.verdict import Result
from grader.pipeline.assignment import Assignment
from grader.pipeline.bound import bindings_of
from grader.pipeline.grade import judge_for
from grader.pipeline.judges import judged
from grader.pipeline.record import Options, recorded
from grader.pipeline.salting import kept_salt
from grader.run import decide


def check(
    assignment: Assignment, notebook: Path, scratch: Path, options: Options
) -> tuple[Result, ...]:
    """Every submission found at `notebook`, sorted by id, as `grade` would mark it.

    Evidence stays in `scratch`: the reference runs once for all that is checked there.

    Raises: InputError for wrong paths; JudgeError if the reference does not run.
    """
    arrival = receive([notebook], whole=True)
    bound = bindings_of(
        assignment.rubric, options.bindings_file, [notebook], arrival.submissions
    )
    options = replace(
        options,
        isolation=options.isolation or decide(trusted=True),
        bindings=bound,
        salt=options.salt or kept_salt(scratch),
    )
    cache = scratch / "evidence"
    judge = judge_for(assignment, options, cache, scratch)
    found = (recorded(s, assignment, options, cache)[0] for s in arrival.submissions)
    results = [judged(judge, one) for one in found]
    return tuple(sorted(results, key=lambda result: result.submission))
