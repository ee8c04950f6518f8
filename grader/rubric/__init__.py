"""Read rubric files: find them, load them, and say everything that is wrong at once."""

from grader.rubric.loading import load
from grader.rubric.locate import find, reference_path, skeleton_path
from grader.rubric.schema import schema

__all__ = ["find", "load", "reference_path", "schema", "skeleton_path"]
