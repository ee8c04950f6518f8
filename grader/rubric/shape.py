"""Follow a place in the data through the models that read it.

In:   an error's location, as pydantic states it.
Out:  the trail in the data, and the model that stands there.
Pure: no files, no kernels.

Pydantic puts the tag of a discriminated union into its locations; the data have no such
level, so the tag is left out of the trail.
"""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from grader.model.rubric import Criterion, Rubric
from grader.rubric.flaw import Trail

Model = type[BaseModel]


def trail_and_model(loc: Trail) -> tuple[Trail, Model | None]:
    """The place that pydantic means, and its model if it is a mapping with fields."""
    kind: Any = Rubric
    trail: Trail = ()
    for part in loc:
        members = _members(kind)
        kind = members[str(part)] if part in members else _below(kind, part)
        trail = trail if part in members else (*trail, part)
    return trail, kind if _is_model(kind) else None


def checks() -> dict[str, Model]:
    """Every check a rubric can name, with the model of its criterion."""
    return _members(Criterion)


def keys(model: Model) -> dict[str, str]:
    """The keys a mapping of this model may have, each with its description."""
    fields = model.model_fields.items()
    return {field.alias or name: field.description or "" for name, field in fields}


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _members(kind: Any) -> dict[str, Model]:
    """The models of a union told apart by `check`; empty for anything else."""
    models = [
        k for k in get_args(_bare(kind)) if _is_model(k) and "check" in k.model_fields
    ]
    return {get_args(m.model_fields["check"].annotation)[0]: m for m in models}


def _bare(kind: Any) -> Any:
    """The type without its annotations and without `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        rest = [k for k in get_args(kind) if k is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else kind
    return kind


def _below(kind: Any, part: str | int) -> Any:
    """The type at one key or entry of a type; None where there is none."""
    bare = _bare(kind)
    if _is_model(bare):
        return _field(bare, part)
    args = get_args(bare)
    if get_origin(bare) is tuple:
        return args[part] if isinstance(part, int) and ... not in args else args[0]
    return args[1] if get_origin(bare) is dict else None


def _field(model: Model, part: str | int) -> Any:
    named = {field.alias or name: field for name, field in model.model_fields.items()}
    return named[str(part)].annotation if part in named else None
