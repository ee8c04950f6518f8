"""Write docs/rubric.md: every key of a rubric and every check, from the code itself.

In:      the models and the checks' docstrings.
Out:     one Markdown page.
Touches: docs/rubric.md, when run as `python -m grader.cli.pages`.
"""

import inspect
import sys
from collections.abc import Set
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from grader.checks import CHECKS
from grader.model import (
    carried,
    criteria,
    criteria_layers,
    finds,
    inputs,
    rubric,
    steps,
    stochastic,
    symbols,
)

INTRO = """# Rubrics

A rubric is one YAML file, `rubrics/<assignment>.yaml`, of statements, not code. It is read
as YAML 1.2 (`1e-3` is a number, `no` is text); a key that is repeated or unknown is an
error, and all errors are reported at once, with lines. `rubrics/schema.json` tells editors
what may stand where. This page is made from the code by `make docs`.

Expected values come from the reference's evidence, never from numbers typed into YAML: a
criterion's finder is applied to the reference as it is to a submission. A tolerance says
why. Finders look in the criterion's own question first; names are patterns with `*` and
`?`, and case does not matter.
"""


def page() -> str:
    """The page's text."""
    parts = [INTRO, "## The file\n"]
    parts += [
        _table(model)
        for model in (rubric.Rubric, rubric.RubricLimits, inputs.Input, rubric.Question)
    ]
    parts.append("## Every criterion\n")
    parts.append(_table(criteria.Checked))
    parts += [_table(carried.Carried), _carried()]
    parts.append("## Checks\n")
    parts += [_check(model) for model in sorted(_criteria(), key=_name)]
    parts.append("## Finders and parts\n")
    parts += [_table(model) for model in (*_finders(), *_parts())]
    return "\n".join(parts)


def _carried() -> str:
    """What each check can carry, and build on."""
    lines = [
        "| check | what is carried of it | what is expected instead |",
        "|---|---|---|",
    ]
    for name in sorted({*carried.GIVES, *carried.TAKES}):
        parts = (carried.GIVES.get(name, ""), carried.TAKES.get(name, ""))
        lines.append(f"| `{name}` | {' | '.join(parts)} |")
    return "\n".join([*lines, "", CARRYING])


CARRYING = """\
Other checks refuse `carried`. Some need none, as they judge by what the student has anyway:
`network_drawn` and `gradient_drawn` recompute the student's own network, `number_close`
knows its parameter count (`own_count`), `objective_drawn` and `distances_stated` take the
student's own results, `update_matches` replaces wrong data (`instead`).
"""


def _criteria() -> list[type[BaseModel]]:
    union, _ = get_args(rubric.Criterion)
    return list(get_args(union))


def _finders() -> list[type[BaseModel]]:
    modules = (finds, criteria_layers, steps)
    members = dict.fromkeys(m for module in modules for m in vars(module).values()
                            if inspect.isclass(m))  # fmt: skip
    return [m for m in members if issubclass(m, finds.Find)]


def _parts() -> list[type[BaseModel]]:
    return [
        criteria.Tolerance,
        criteria.Argument,
        criteria.KnownWrong,
        criteria.RubricLine,
        *MORE_PARTS,
    ]


MORE_PARTS: list[type[BaseModel]] = [
    steps.Parameter,
    steps.Instead,
    criteria_layers.Quantity,
    criteria_layers.Layers,
    criteria_layers.KnownValues,
    criteria_layers.Plateau,
    stochastic.Process,
    stochastic.Quantiles,
    stochastic.Successes,
    stochastic.Rates,
    symbols.Symbols,
    symbols.Letter,
]


def _name(model: type[BaseModel]) -> str:
    return str(get_args(model.model_fields["check"].annotation)[0])


def _check(model: type[BaseModel]) -> str:
    name = _name(model)
    doc = inspect.getdoc(CHECKS[name]) or ""
    rows = _rows(model, without=set(criteria.Checked.model_fields))
    return f"### {name}\n\n```text\n{doc}\n```\n\n{rows}"


def _table(model: type[BaseModel]) -> str:
    return f"### {model.__name__}\n\n{inspect.getdoc(model)}\n\n{_rows(model)}"


def _rows(model: type[BaseModel], without: Set[str] = frozenset()) -> str:
    """One row per key, from the JSON Schema that editors see."""
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    lines = ["| key | is | default | meaning |", "|---|---|---|---|"]
    for key, given in schema.get("properties", {}).items():
        if key in without:
            continue
        default = "needed" if key in needed else _default(given)
        meaning = given.get("description", "").replace("|", "\\|")
        lines.append(f"| `{key}` | {_kind(given)} | {default} | {meaning} |")
    return "\n".join([*lines, ""])


def _default(given: dict[str, Any]) -> str:
    value = given.get("default")
    return (
        f"`{value}`"
        if value not in (None, "", [], {}) and not isinstance(value, dict)
        else ""
    )


KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
    "object": "a mapping",
    "null": "nothing",
}


def _kind(given: dict[str, Any]) -> str:
    """What a value is, in words."""
    if "$ref" in given:
        return str(given["$ref"].rpartition("/")[2])
    if "const" in given or "enum" in given:
        return " or ".join(f"`{v}`" for v in given.get("enum", [given.get("const")]))
    for union in ("anyOf", "oneOf"):
        if union in given:
            kinds = [_kind(each) for each in given[union] if each.get("type") != "null"]
            return "a criterion" if len(kinds) > 5 else " or ".join(kinds)
    if given.get("type") == "array":
        items = given.get("items") or (given.get("prefixItems") or [{}])[0]
        return f"list of {_kind(items).removeprefix('a ')}"
    return KINDS.get(str(given.get("type")), "anything")


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rubric.md").write_text(
        page(), encoding="utf-8"
    )
