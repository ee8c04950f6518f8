"""Read rubric files: find them, load them, and say everything that is wrong at once."""

from grader.rubric.bindings import BY_REVIEW, read_answers, read_bindings, save_binding
from grader.rubric.bindings import NAME as BINDINGS
from grader.rubric.distribution import distribution
from grader.rubric.loading import load
from grader.rubric.locate import data_files, find, reference_path, skeleton_path
from grader.rubric.schema import schema

__all__ = [
    "BINDINGS",
    "BY_REVIEW",
    "data_files",
    "distribution",
    "find",
    "load",
    "read_answers",
    "read_bindings",
    "reference_path",
    "save_binding",
    "schema",
    "skeleton_path",
]
