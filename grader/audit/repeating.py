"""Repeat what rests on chance under many seeds: how often does a verdict flip?

In:   a rubric, its reference and equivalents; trials of them.
Out:  what to repeat; the decisions that rest on chance, and those that came out otherwise.
Pure.

Every repetition has other seeds in the notebook, and another salt in our own inputs.
"""

from collections.abc import Sequence
from dataclasses import replace

from grader.audit.losses import of_trial
from grader.audit.trials import Trial
from grader.audit.variants import Kind, Variant
from grader.model.rubric import Rubric

CHANCE = frozenset(
    {
        *("distances_stated", "gradient_drawn", "loss_drawn", "module_matches"),
        *("network_drawn", "networks_match", "objective_drawn", "parameters_drawn"),
        *("shapes_drawn", "step_shows", "stochastic_matches", "training_outcome"),
        "update_matches",
    }
)
"""Checks of what chance made: random weights, starts and samples, runs of training."""


def by_chance(rubric: Rubric) -> frozenset[str]:
    """The criteria whose answers are made by chance."""
    return frozenset(c.id for _, c in rubric.criteria() if c.check in CHANCE)


def repeats(rubric: Rubric, variants: Sequence[Variant], times: int) -> tuple[Variant, ...]:
    """The equivalents that rest on chance, and the reference's own cells for the same
    questions; each is to be run `times`.
    """
    chance = by_chance(rubric)
    kept = [v for v in variants if v.kind is Kind.EQUIVALENT and _asks(rubric, v, chance)]
    own = {v.only: _itself(v) for v in kept}
    return tuple(replace(v, seeds=times, reseeded=True) for v in (*own.values(), *kept))


def _itself(variant: Variant) -> Variant:
    """The reference, with the cells that a variant has before its edits."""
    questions = ", ".join(variant.only) or "all"
    return replace(
        variant,
        id=f"reference ({questions})",
        why="The reference itself.",
        cells=variant.unchanged,
        may_change=frozenset(),
        run="ok",
    )


def _asks(rubric: Rubric, variant: Variant, ids: frozenset[str]) -> bool:
    asked = (q for q in rubric.questions if not variant.only or q.id in variant.only)
    return any(c.id in ids for q in asked for c in q.criteria)


def counted(chance: frozenset[str], trials: Sequence[Trial]) -> tuple[int, int]:
    """Decisions on these criteria in trials with several seeds, and those that flip."""
    again = [trial for trial in trials if trial.variant.seeds > 1]
    made = [m for trial in again for m in trial.got.marks if m.criterion in chance]
    wrong = [d for trial in again for d in of_trial(trial) if d.criterion in chance]
    return len(made), len(wrong)
