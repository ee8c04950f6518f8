"""Tell in words and tables what an audit found.

In:   proofs.
Out:  text for a terminal; a table of every verdict on every variant.
Pure.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence

from grader.audit.holes import Line
from grader.audit.losses import of_trial, pairs, told
from grader.audit.proof import Proof
from grader.audit.rates import lines as measured
from grader.audit.variants import Kind
from grader.model.verdict import Result

HEAD = ("criterion", "points", "killed by", "doubted by", "kept by")
COLUMNS = (
    "variant", "kind", "seed", "criterion", "got", "reference", "must_lose", "agrees",
    "reason", "why",
)  # fmt: skip
SURE = 3.0
"""Of n decisions without a fault, at most 3 / n are faulty, with 95 % confidence."""


def told_in_full(proof: Proof) -> str:
    """One assignment: what was tried, the table of criteria, and all that is wrong."""
    rubric = proof.rubric
    text = [f"{rubric.assignment}: {rubric.title}"]
    text.append(f"  reference    {earned(proof.reference)}")
    if proof.examples:
        folders = Counter(example.path.partition("/")[0] for example in proof.examples)
        of_each = ", ".join(f"{n} {folder}" for folder, n in folders.items())
        text.append(f"  examples     {len(proof.examples)}: {of_each}")
    if proof.trials:
        text.append(f"  variants     {_variants(proof)}, {len(proof.trials)} runs")
        text += [
            f"  repeated     {flakes(*again)}" for again in [proof.repeated] if again[0]
        ]
    text.append(
        f"  decisions    {proof.decisions}: false passes {proof.of_kind('false pass')}, "
        f"false fails {proof.of_kind('false fail')}, others {proof.of_kind('other')}"
    )
    text += [f"  rate         {line}" for line in measured(proof.rates)]
    if proof.trials:
        text += ["", table(proof.lines), ""]
    text += [f"  {found}" for found in proof.disagreements]
    text += [f"  hole: {hole}" for hole in proof.holes]
    return "\n".join(text)


def totals(proofs: Sequence[Proof]) -> str:
    """All assignments together."""
    decided = sum(len(proof.lines) for proof in proofs)
    counts = [
        f"{sum(p.variants(Kind.MUTANT) for p in proofs)} mutants",
        f"{sum(p.variants(Kind.EQUIVALENT) for p in proofs)} equivalents",
        f"{sum(len(p.examples) for p in proofs)} examples",
        f"{decided} criteria that a machine decides",
        f"{sum(len(p.holes) for p in proofs)} holes",
    ]
    wrong = [
        f"{name} {sum(p.of_kind(kind) for p in proofs)}"
        for name, kind in (
            ("false passes", "false pass"),
            ("false fails", "false fail"),
            ("others", "other"),
        )
    ]
    decisions = sum(proof.decisions for proof in proofs)
    again = [sum(p.repeated[i] for p in proofs) for i in (0, 1)]
    lines = [
        f"all {len(proofs)} assignments: {', '.join(counts)}",
        f"  decisions    {decisions}: {', '.join(wrong)}",
    ]
    lines += [f"  repeated     {flakes(*again)}"] if again[0] else []
    return "\n".join(lines)


def _variants(proof: Proof) -> str:
    mutants, equivalents = (proof.variants(kind) for kind in Kind)
    return f"{mutants} mutants, {equivalents} equivalents"


def flakes(decisions: int, wrong: int) -> str:
    """The share of decisions on chance that came out otherwise under other seeds."""
    if wrong:
        return f"{wrong} of {decisions} decisions on chance flip ({wrong / decisions:.2%})"
    bound = SURE / decisions
    sure = f"with 95 % confidence below {bound:.2%}"
    return f"0 of {decisions} decisions on chance flip ({sure})"


def table(lines: Sequence[Line]) -> str:
    """One row per criterion: how many mutants and equivalents prove it."""
    rows = [HEAD] + [
        (line.id, f"{line.points:g}", *map(str, map(len, _columns(line)))) for line in lines
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return "\n".join(
        "  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
        for row in rows
    )


def _columns(line: Line) -> tuple[tuple[str, ...], ...]:
    return line.killed, line.doubted, line.kept


def earned(reference: Result) -> str:
    """Points of the reference: by machine, proposed, and left to a person."""
    parts = []
    for title, bonus in (("sheet", False), ("bonus", True)):
        marks = [m for m in reference.marks if m.bonus is bonus and m.maximum]
        if not marks:
            continue
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


def as_csv(proof: Proof) -> str:
    """Every verdict on every run of a variant, one a row."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for trial in proof.trials:
        wrong = {found.criterion for found in of_trial(trial)}
        variant = trial.variant
        for got, base in pairs(trial):
            must = variant.loses.get(got.criterion, ())
            writer.writerow(
                [
                    variant.id,
                    variant.kind,
                    trial.seed,
                    got.criterion,
                    told(got.verdict),
                    told(base.verdict),
                    " or ".join(map(str, must)),
                    "no" if got.criterion in wrong else "yes",
                    got.verdict.reason,
                    variant.why,
                ]
            )
    return file.getvalue()
