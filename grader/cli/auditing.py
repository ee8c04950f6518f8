"""`grader audit`: prove one rubric, or all of them."""

import json
from fnmatch import fnmatchcase
from pathlib import Path

import typer

from grader import pipeline
from grader.audit import account, read_expected
from grader.audit.proof import Proof, prove
from grader.audit.rates import as_data
from grader.audit.reading import read_variants
from grader.audit.repeating import repeats
from grader.audit.variants import Variant, path_of
from grader.cli.shared import Progress, cores
from grader.errors import Problem, UsageError
from grader.model.run import Limits
from grader.pipeline import Assignment, Options
from grader.rubric import reference_path
from grader.rubric.flaw import did_you_mean

# Examples that loop or sleep for ever must not keep an audit waiting.
LIMITS = Limits(cell_seconds=60.0, total_seconds=300.0, pictures=0)
DRAWS = 300  # right hand-ins by which stated rates are measured; more with `--rates`
SALT = "audit"  # nobody guesses in an audit, and it must say the same each time


def audit(
    name: str,
    *,
    rubrics: Path,
    submissions: Path,
    jobs: int,
    fresh: bool,
    variants: bool = False,
    only: tuple[str, ...] = (),
    repeat: int = 0,
    rates: int = 0,
) -> int:
    """Audit the assignments; 0 if every one holds, 1 if one does not.

    With `variants` the examples are left out; with `only` all variants but these, too.
    With `repeat` nothing is tried but what rests on chance, under so many seeds; with
    `rates` nothing, and stated rates are measured on so many right hand-ins.
    """
    slugs = [name] if name else sorted(path.stem for path in rubrics.glob("*.yaml"))
    if not slugs:
        raise UsageError(Problem(str(rubrics), "there is no rubric", "use --rubrics"))
    proofs: list[Proof] = []
    options = Options(jobs=cores(jobs), limits=LIMITS, fresh=fresh, salt=SALT)
    for slug in slugs:
        assignment = pipeline.load(slug, rubrics)
        if rates:
            proofs.append(_rated(assignment, options, rates))
        else:
            alone = variants or only or repeat
            folder = None if alone else submissions / assignment.rubric.assignment
            proofs.append(_proved(assignment, folder, options, only, repeat))
        typer.echo(account.told_in_full(proofs[-1]) + "\n")
    if len(proofs) > 1:
        typer.echo(account.totals(proofs))
    return 0 if all(proof.holds for proof in proofs) else 1


def _proved(
    assignment: Assignment,
    examples: Path | None,
    options: Options,
    only: tuple[str, ...],
    repeat: int,
) -> Proof:
    rubric = assignment.rubric
    variants = _chosen(assignment, only)
    if repeat:
        variants = repeats(rubric, variants, repeat)
    expected = read_expected(examples.with_suffix(".yaml"), rubric) if examples else ()
    proof = prove(
        assignment,
        options,
        Progress(),
        (examples, expected) if examples else None,
        variants,
        complete=not (only or repeat),
        draws=0 if only or repeat else DRAWS,
    )
    name = "repeated.csv" if repeat else "variants.csv"
    path = Path("results") / rubric.assignment / "audit" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(account.as_csv(proof), encoding="utf-8")
    return proof


def _rated(assignment: Assignment, options: Options, draws: int) -> Proof:
    """Nothing but the rates; every count is kept in results/<slug>/audit/rates.json."""
    proof = prove(assignment, options, Progress(), None, (), complete=False, draws=draws)
    folder = Path("results") / assignment.rubric.assignment / "audit"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_data(proof.rates), indent=1, ensure_ascii=False)
    (folder / "rates.json").write_text(f"{text}\n", encoding="utf-8")
    return proof


def _chosen(assignment: Assignment, only: tuple[str, ...]) -> tuple[Variant, ...]:
    """The variants named, or all.

    Raises: UsageError for a name that no variant has; InputError for a wrong file.
    """
    path = path_of(reference_path(assignment.rubric, assignment.path))
    variants = read_variants(path, assignment.rubric, assignment.reference)
    for pattern in only:
        if not any(fnmatchcase(v.id, pattern) for v in variants):
            hint = did_you_mean(pattern, [v.id for v in variants], "there are")
            raise UsageError(Problem(str(path), f"there is no variant {pattern!r}", hint))
    return tuple(v for v in variants if not only or any(fnmatchcase(v.id, o) for o in only))
