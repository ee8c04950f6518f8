"""Ask for one step of a student's training, and read what came back.

In:   a criterion about a step, a salt, the evidence.
Out:  the probe; later the loops that were found to be such a step.
Pure: no kernels. What came back is a claim, read with care.
"""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from grader.find.context import Context
from grader.model.answers import Found, Hit
from grader.model.evidence import Evidence, Reply
from grader.model.inputs import Input
from grader.model.probe import Step, StepRole
from grader.model.steps import Stepped, Turn, UpdateMatches, given
from grader.model.value import Array
from grader.model.verdict import Binding

MAGIC = re.compile(r"^(\s*)[%!].*$", re.M)
MOST_SOURCES, LONGEST = 300, 200_000


def starts(options: UpdateMatches, salt: str) -> tuple[Mapping[str, Array], ...]:
    """The numbers that are sent; the same for everybody under one salt."""
    draws = {
        p.name: Input(shape=(len(p.at), len(p.at[0])), normal=(0.0, 1.0)).draw(
            f"step:{options.id}:{p.name}", salt
        )
        for p in options.parameters
    }
    clipped = {name: np.clip(draw, -1.5, 1.5) for name, draw in draws.items()}
    return given(options, clipped)


def step_probe(options: UpdateMatches, evidence: Evidence, salt: str) -> Step:
    """One probe; the kernel looks for the loop itself, among the student's cells."""
    points = starts(options, salt)
    sources = [
        (c.index, MAGIC.sub(r"\1pass", c.source))
        for c in evidence.cells
        if c.kind == "code" and len(c.source) <= LONGEST
    ]
    return Step(
        probe=f"{options.id}#step",
        sources=tuple(sources[:MOST_SOURCES]),
        instead=tuple((i.found, i.wanted) for i in options.instead),
        names=options.find.names,
        rate=options.rate,
        roles=tuple(
            StepRole(
                name=p.name,
                names=(p.name, *p.also),
                shape=p.shape,
                points=tuple(
                    tuple(float(x) for x in point[p.name].ravel()) for point in points
                ),
            )
            for p in options.parameters
        ),
    )


def find_steps(context: Context, options: UpdateMatches) -> Found[Stepped]:
    """The loops whose turn is such a step: the innermost, then those around it."""
    hits: list[Hit[Stepped]] = []
    nearest: list[str] = []
    for reply in context.recorded.evidence.replies:
        if reply.probe == f"{options.id}#step":
            hits += [_hit(step) for step in _read(reply, options)]
            nearest += _tried(reply)
    names = ", ".join(p.name for p in options.parameters)
    return Found(
        hits=tuple(hits),
        looked_for=f"a loop that changes parameters such as {names}",
        nearest=tuple(nearest[:3]),
    )


def _hit(step: Stepped) -> Hit[Stepped]:
    places = ", ".join(step.places.values())
    what = f"{step.where} ({places})"
    binding = Binding(cell=None, what=what, how="by what a turn changes", confidence=0.9)
    return Hit(value=step, binding=binding)


def _tried(reply: Reply) -> list[str]:
    if reply.error:
        return [reply.error]
    value = reply.value if isinstance(reply.value, dict) else {}
    tried = value.get("tried")
    return [t for t in tried if isinstance(t, str)] if isinstance(tried, list) else []


def _read(reply: Reply, options: UpdateMatches) -> Iterator[Stepped]:
    value = reply.value if isinstance(reply.value, dict) else {}
    steps = value.get("steps")
    for told in steps if isinstance(steps, list) else []:
        if isinstance(told, dict) and (step := _step(told, options)):
            yield step


def _step(told: Mapping[object, object], options: UpdateMatches) -> Stepped | None:
    shapes = {p.name: p.shape for p in options.parameters}
    listed = _list(told.get("places"))
    pairs = [p for p in listed if isinstance(p, list) and len(p) == 2]
    places = {str(name): str(path)[:100] for name, path in pairs}
    if set(places) != set(shapes):
        return None
    names = [str(name) for name, _ in pairs]
    rates = [r for r in _list(told.get("rate")) if isinstance(r, int | float)]
    turns: dict[bool, dict[int, Turn]] = {False: {}, True: {}}
    for item in _list(told.get("turns")):
        if isinstance(item, dict) and isinstance(item.get("point"), int):
            turn = _turn(item, names, shapes)
            turns[item.get("small") is True].setdefault(item["point"], turn)
    return Stepped(
        where=str(told.get("where"))[:120],
        places=places,
        natural=_named(names, told.get("natural"), shapes),
        rate=float(rates[0]) if rates else None,
        turns=turns[False],
        small=turns[True],
        inside=told.get("inside") is True,
    )


def _turn(
    item: Mapping[object, object], names: list[str], shapes: Mapping[str, tuple[int, ...]]
) -> Turn:
    seen = {}
    for pair in _list(item.get("seen")):
        name, value = pair if isinstance(pair, list) and len(pair) == 2 else ("", None)
        if (array := _array(value)) is not None:
            seen[str(name)[:100]] = array
    before = _named(names, item.get("before"), shapes)
    after = _named(names, item.get("after"), shapes)
    error = str(item.get("error") or "")
    if len(before) < len(names) or len(after) < len(names):
        return Turn(seen=seen, error=error or "not all parameters are numbers afterwards")
    return Turn(moved={name: after[name] - before[name] for name in names}, seen=seen)


def _named(
    names: list[str], values: object, shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Array]:
    """Arrays by name, in the rubric's shapes; what does not fit is left out."""
    found: dict[str, Array] = {}
    for name, value in zip(names, _list(values), strict=False):
        array = _array(value)
        if array is not None and array.size == max(1, int(np.prod(shapes[name]))):
            found[name] = array.reshape(shapes[name])
    return found


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _array(value: object) -> Array | None:
    if not isinstance(value, int | float | list) or isinstance(value, bool):
        return None
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        return None
