"""Load everything the course wrote about one assignment."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader import rubric as rubrics
from grader.errors import Problem, RubricError
from grader.find import recipe, unreadable
from grader.model.criteria import Manual
from grader.model.evidence import Cell
from grader.model.rubric import Rubric
from grader.model.run import GB, Limits
from grader.model.submission import Submission, SubmittedFile
from grader.pipeline import showing
from grader.reference import handed_out, read_reference, read_skeleton
from grader.report import AssignmentLines, CriterionLine, QuestionLine


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One assignment, read from its files.

    Attributes:
        rubric: the rubric. path: the file it came from. sha256: of that file's bytes.
        reference: the author's solution, as a submission.
        handed_out: sources of the skeleton's cells.
        data: what the assignment supplies to every run, by file name.
        skeleton: the cells that were handed out, in order.
        distribution: what the reference's simulation has drawn, where the rubric asks.
    """

    rubric: Rubric
    path: Path
    sha256: str
    reference: Submission
    handed_out: frozenset[str]
    data: tuple[tuple[str, bytes], ...] = ()
    skeleton: tuple[Cell, ...] = ()
    distribution: Mapping[str, Any] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """The budget this rubric gives a run."""
        given = self.rubric.limits
        return Limits(
            cell_seconds=given.cell_seconds,
            total_seconds=given.total_seconds,
            probe_seconds=given.probe_seconds,
            memory_bytes=int(given.memory_gb * GB),
            processes=given.processes,
            disk_bytes=int(given.disk_gb * GB),
            output_bytes=given.output_bytes,
            pictures=showing.pictures(self.rubric),
        )

    @property
    def recipe(self) -> str:
        """Names the questions this rubric puts to a kernel."""
        refused = sorted(self.rubric.repairs.refused())
        text = "\n".join([recipe(self.rubric), *refused])
        return hashlib.sha256(text.encode()).hexdigest()

    def supplied(self, submission: Submission) -> Submission:
        """A submission with the assignment's data beside its notebook."""
        if submission.notebook is None or not self.data:
            return submission
        folder, known = submission.notebook.parent, {f.path for f in submission.files}
        more = tuple(
            SubmittedFile(path=folder / name, data=data)
            for name, data in self.data
            if folder / name not in known
        )
        return replace(submission, files=(*submission.files, *more)) if more else submission

    def lines(self, only: tuple[str, ...] = ()) -> AssignmentLines:
        """What sheets and reports need to know of the rubric."""
        questions = [q for q in self.rubric.questions if not only or q.id in only]
        return AssignmentLines(
            assignment=self.rubric.assignment,
            title=self.rubric.title,
            questions=tuple(
                QuestionLine(id=q.id, title=q.title, points=q.points, bonus=q.bonus)
                for q in questions
            ),
            criteria=tuple(
                CriterionLine(
                    id=c.id,
                    question=q.id,
                    states=c.states,
                    points=c.points,
                    bonus=q.bonus,
                    flag=c.points == 0,
                    manual=isinstance(c, Manual),
                    visible=c.visible,
                    hint=c.hint,
                    lines=tuple((line.text, line.points) for line in c.lines)
                    if isinstance(c, Manual)
                    else (),
                )
                for q in questions
                for c in q.criteria
            ),
        )


def load(name: str, folder: Path) -> Assignment:
    """Load an assignment by its slug or its rubric's path.

    Raises: RubricError or InputError with file, line and hint.
    """
    path = rubrics.find(name, folder)
    rubric = rubrics.load(path)
    if faults := [Problem(str(path), f"{id}: {told}") for id, told in unreadable(rubric)]:
        raise RubricError(*faults)
    return Assignment(
        rubric=rubric,
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        reference=read_reference(rubrics.reference_path(rubric, path)),
        handed_out=handed_out(rubrics.skeleton_path(rubric, path)),
        skeleton=read_skeleton(rubrics.skeleton_path(rubric, path)),
        data=tuple(rubrics.data_files(rubric, path)),
        distribution=rubrics.distribution(rubric, path),
    )
