"""Run variants as if they were submissions, and judge them against the reference.

In:      an assignment, its variants, a folder for evidence.
Out:     results, one per run.
Touches: kernels; the folder. What was run before by the same code is not run again.
"""

import hashlib
import importlib.metadata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from threading import Lock

from grader.audit.variants import Variant
from grader.judge import Judge
from grader.model.verdict import Result
from grader.pipeline import Assignment, Options, judged
from grader.pipeline.grade import judge_for
from grader.pipeline.made_by import recording_code
from grader.pipeline.record import recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run of a variant, judged.

    Attributes:
        variant: what was run. seed: the number of the repetition, from 0.
        got: what it earned. base: what the reference earns.
    """

    variant: Variant
    seed: int
    got: Result
    base: Result


@dataclass(frozen=True)
class Bench:
    """Where the variants of one assignment are tried.

    Attributes:
        assignment: with its rubric and reference. options: limits, jobs, salt, fresh.
        folder: evidence is kept below it, apart for every state of our own code.
    """

    assignment: Assignment
    options: Options
    folder: Path

    judges: dict[tuple[str, ...], Judge] = field(default_factory=dict)
    results: dict[tuple[str, ...], Result] = field(default_factory=dict)
    lock: AbstractContextManager[bool] = field(default_factory=Lock)

    @property
    def evidence(self) -> Path:
        """The folder for evidence that the code as it is now has made."""
        return self.folder / code()[:16]

    def trials(
        self,
        variants: Sequence[Variant],
        progress: Callable[[int, int, Result], None] = lambda done, total, result: None,
    ) -> list[Trial]:
        """Try every variant as often as it says; sorted as given.

        Raises: JudgeError if the reference does not run.
        """
        self.usual(())
        asked = [(v, seed) for v in variants for seed in range(v.seeds)]
        found: list[Trial] = []
        with ThreadPoolExecutor(self.options.jobs) as pool:
            futures = [pool.submit(self.trial, *pair) for pair in asked]
            try:
                for future in as_completed(futures):
                    found.append(future.result())
                    progress(len(found), len(asked), found[-1].got)
            finally:
                for future in futures:
                    future.cancel()
        order = {variant.id: i for i, variant in enumerate(variants)}
        return sorted(found, key=lambda trial: (order[trial.variant.id], trial.seed))

    def trial(self, variant: Variant, seed: int) -> Trial:
        """Try one variant once."""
        options = replace(self.options, salt=variant.salt(seed, self.options.salt))
        judge = self.judge(variant, options)
        found, _ = recorded(
            variant.submission(seed), self.assignment, options, self.evidence
        )
        return Trial(
            variant=variant,
            seed=seed,
            got=judged(judge, found),
            base=self.base(variant.only),
        )

    def judge(self, variant: Variant, options: Options) -> Judge:
        """A judge with the reference's evidence.

        With other inputs than usual the reference has to be run again, which is done
        with the cells that the variant has.
        """
        with self.lock:
            usual = self.usual(variant.only)
        if options.salt == self.options.salt:
            return usual
        found, _ = recorded(variant.shortened, self.assignment, options, self.evidence)
        return replace(usual, reference=found)

    def usual(self, only: tuple[str, ...]) -> Judge:
        """A judge of these questions, with the usual inputs; it is made once."""
        if only not in self.judges:
            options = replace(self.options, only=only)
            self.judges[only] = judge_for(
                self.assignment, options, self.evidence, self.folder
            )
        return self.judges[only]

    def base(self, only: tuple[str, ...]) -> Result:
        """What the reference earns in these questions."""
        with self.lock:
            if only not in self.results:
                judge = self.usual(only)
                self.results[only] = judged(judge, judge.reference)
            return self.results[only]


@cache
def code() -> str:
    """A digest of our code and of the packages that decide what evidence looks like."""
    digest = hashlib.sha256(recording_code().encode())
    for name in sorted({d.name for d in importlib.metadata.distributions()}):
        digest.update(f"{name}=={importlib.metadata.version(name)}\n".encode())
    return digest.hexdigest()
