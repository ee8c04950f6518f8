"""Prove one rubric: reference, example submissions, mutants and equivalents.

In:      an assignment, its examples and variants, options.
Out:     a proof: all that was tried, all that came out otherwise, all that is unproved.
Touches: kernels; results/<assignment>/audit.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import pipeline
from grader.audit.compare import Disagreement, of_example, of_reference
from grader.audit.expected import Example
from grader.audit.holes import Line, holes, lines
from grader.audit.losses import of_trial
from grader.audit.rates import Measured, measure, worse
from grader.audit.repeating import by_chance, counted
from grader.audit.trials import Bench, Trial
from grader.audit.variants import Kind, Variant
from grader.model.rubric import Rubric
from grader.model.verdict import Result
from grader.pipeline import Assignment, Options
from grader.rubric import reference_path

Progress = Callable[[int, int, Result], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an audit of one assignment found.

    Attributes:
        rubric: of the assignment. reference: what the author's solution earns.
        examples: what was graded besides. trials: runs of variants.
        disagreements: outcomes that are not those written down.
        holes: what is not proved; lines: criterion by criterion.
        rates: how often criteria on chance err, measured.
    """

    rubric: Rubric
    reference: Result
    examples: tuple[Example, ...] = ()
    trials: tuple[Trial, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    lines: tuple[Line, ...] = ()
    holes: tuple[str, ...] = ()
    rates: tuple[Measured, ...] = ()

    @property
    def holds(self) -> bool:
        """Everything came out as written down, and nothing is unproved."""
        return not self.disagreements and not self.holes

    def of_kind(self, kind: str) -> int:
        """How many disagreements are false passes, false fails or others."""
        return Counter(d.kind for d in self.disagreements)[kind]

    def variants(self, kind: Kind) -> int:
        """How many mutants or equivalents were tried."""
        return len({t.variant.id for t in self.trials if t.variant.kind is kind})

    @property
    def decisions(self) -> int:
        """How many verdicts were compared with what they must be."""
        of_examples = len(self.reference.marks) * len(self.examples)
        return of_examples + sum(len(trial.got.marks) for trial in self.trials)

    @property
    def repeated(self) -> tuple[int, int]:
        """Decisions that rest on chance, run with several seeds, and those that flip."""
        return counted(by_chance(self.rubric), self.trials)


def prove(
    assignment: Assignment,
    options: Options,
    progress: Progress,
    examples: tuple[Path, Sequence[Example]] | None,
    variants: Sequence[Variant],
    complete: bool = True,
    draws: int = 0,
) -> Proof:
    """Try everything and compare.

    `examples` are a folder and what must come out of it; None leaves them out. Without
    `complete` only some variants were given, and what they leave open is no hole. With
    `draws` the rates that the rubric states are measured on so many right hand-ins.

    Raises: JudgeError if the reference does not run.
    """
    out = Path("results") / assignment.rubric.assignment / "audit"
    bench = Bench(assignment, options, out / "variants")
    reference = bench.base(())
    found = of_reference(reference)
    if examples:
        folder, expected = examples
        batch = pipeline.grade(assignment, [folder], out, options, progress)
        found += _of_examples(batch.results, expected)
    trials = bench.trials(variants, progress)
    found += [d for trial in trials for d in of_trial(trial)]
    proved = lines(assignment.rubric, trials)
    where = reference_path(assignment.rubric, assignment.path)
    rates = measure(bench.usual(()), where, draws) if draws else ()
    unproved = holes(assignment.rubric, proved) if complete else []
    return Proof(
        rubric=assignment.rubric,
        reference=reference,
        examples=tuple(examples[1]) if examples else (),
        trials=tuple(trials),
        disagreements=tuple(found),
        lines=proved,
        holes=(*unproved, *worse(rates)),
        rates=rates,
    )


def _of_examples(
    results: Sequence[Result], expected: Sequence[Example]
) -> list[Disagreement]:
    by_id = {result.submission: result for result in results}
    found = []
    for example in expected:
        result = by_id.pop(example.path.replace("/", "--"), None)
        found += of_example(example, result) if result else [_absent(example)]
    return found + [_unexpected(result) for result in by_id.values()]


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
