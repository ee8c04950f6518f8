"""`grader audit`: prove one rubric, or all of them."""

from collections import Counter
from pathlib import Path

import typer

from grader import pipeline
from grader.audit import Disagreement, Example, of_example, of_reference, read_expected
from grader.cli.shared import Progress, cores
from grader.errors import Problem, UsageError
from grader.model.run import Limits
from grader.model.verdict import Result
from grader.pipeline import Assignment, Options

# Examples that loop or sleep for ever must not keep an audit waiting.
LIMITS = Limits(cell_seconds=60.0, total_seconds=300.0)


def audit(name: str, *, rubrics: Path, submissions: Path, jobs: int, fresh: bool) -> int:
    """Audit the assignments; 0 if every one holds, 1 if one does not."""
    slugs = [name] if name else sorted(path.stem for path in rubrics.glob("*.yaml"))
    if not slugs:
        raise UsageError(Problem(str(rubrics), "there is no rubric", "use --rubrics"))
    holes = 0
    for slug in slugs:
        assignment = pipeline.load(slug, rubrics)
        options = Options(jobs=cores(jobs), limits=LIMITS, fresh=fresh)
        holes += _audit(assignment, submissions, options)
    return 1 if holes else 0


def _audit(assignment: Assignment, submissions: Path, options: Options) -> int:
    slug = assignment.rubric.assignment
    out = Path("results") / slug / "audit"
    examples = read_expected(submissions / f"{slug}.yaml", assignment.rubric)
    batch = pipeline.grade(assignment, [submissions / slug], out, options, Progress())
    by_id = {result.submission: result for result in batch.results}
    reference = pipeline.reference_result(assignment, out)
    found = of_reference(reference)
    for example in examples:
        result = by_id.pop(example.path.replace("/", "--"), None)
        found += of_example(example, result) if result else [_absent(example)]
    found += [_unexpected(result) for result in by_id.values()]
    typer.echo(_table(assignment, reference, examples, found))
    return len(found)


def _absent(example: Example) -> Disagreement:
    return Disagreement(
        example=example.path, criterion="", got="nothing", want="a row", kind="other"
    )


def _unexpected(result: Result) -> Disagreement:
    return Disagreement(
        example=result.submission,
        criterion="",
        got="a row",
        want="nothing written down",
        kind="other",
    )


def _table(
    assignment: Assignment,
    reference: Result,
    examples: tuple[Example, ...],
    found: list[Disagreement],
) -> str:
    kinds = Counter(d.kind for d in found)
    folders = Counter(example.path.partition("/")[0] for example in examples)
    decided = len(reference.marks) * len(examples)
    of_each = ", ".join(f"{n} {folder}" for folder, n in folders.items())
    lines = [
        f"{assignment.rubric.assignment}: {assignment.rubric.title}",
        f"  reference   {_earned(reference)}",
        f"  examples    {len(examples)}: {of_each}",
        f"  decisions   {decided}, of these not as written down: {len(found)}",
        f"  false passes {kinds['false pass']}, false fails {kinds['false fail']}, "
        f"others {kinds['other']}",
    ]
    return "\n".join([*lines, *(f"  {d}" for d in found)])


def _earned(reference: Result) -> str:
    """Points of the reference: by machine, proposed, and left to a person."""
    parts = []
    for title, bonus in (("sheet", False), ("bonus", True)):
        marks = [m for m in reference.marks if m.bonus is bonus and m.maximum]
        decided = [m for m in marks if m.points is not None]
        proposed = sum(
            m.maximum for m in marks if m.points is None and m.verdict.proposal == 1
        )
        person = sum(m.maximum for m in marks if m.points is None) - proposed
        got = sum(m.points or 0.0 for m in decided)
        of = sum(m.maximum for m in decided)
        parts.append(
            f"{title}: {got:g} of {of:g} decided by machine, {proposed:g} proposed, "
            f"{person:g} for a person, {sum(m.maximum for m in marks):g} in all"
        )
    return "; ".join(parts)
