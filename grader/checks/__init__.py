"""The checks. Importing this package registers all of them in `CHECKS`."""

from grader.checks import (
    fields,
    formulas,
    functions,
    gradients,
    images,
    manual,
    networks,
    numbers,
    packaging,
    separates,
    source,
    text,
)
from grader.checks.registry import CHECKS, Check, check

__all__ = [
    "CHECKS",
    "Check",
    "check",
    "fields",
    "formulas",
    "functions",
    "gradients",
    "images",
    "manual",
    "networks",
    "numbers",
    "packaging",
    "separates",
    "source",
    "text",
]
