"""An architecture is one chain of layers, and fits the network that is looked for."""

from collections.abc import Iterator
from itertools import pairwise

from grader.rubric.flaw import Fault, quoted
from grader.rubric.place import Place, criteria

Linear = tuple[Place, int, int]
"""Where the layer is stated, how many numbers go in, and how many come out."""


def architectures(rubric: Place) -> Iterator[Fault]:
    """Each linear layer takes what the one before gives; the ends match `find`."""
    for criterion in criteria(rubric):
        if criterion.get("check").text == "module_matches":
            yield from _architecture(criterion)


def hidden_layers(rubric: Place) -> Iterator[Fault]:
    """`hidden` goes from at least to at most."""
    for criterion in criteria(rubric):
        for key in ("find", "network", "own_count"):
            place = criterion.get(key).get("hidden")
            ends = place.numbers or []
            if len(ends) == 2 and not 0 <= ends[0] <= ends[1]:
                yield place.fault(f"hidden must go from low to high, got {place.value}")


def _architecture(criterion: Place) -> Iterator[Fault]:
    stated, find = criterion.get("architecture"), criterion.get("find")
    layers = _linear(stated)
    if layers is None:
        return
    if not layers:
        yield stated.fault("the architecture has no linear layer")
        return
    yield from _chain(layers)
    yield from _end(layers[0][0], layers[0][1], find.get("inputs"), "takes")
    yield from _end(layers[-1][0], layers[-1][2], find.get("outputs"), "gives")
    yield from _depth(stated, len(layers) - 1, find.get("hidden"))


def _linear(stated: Place) -> list[Linear] | None:
    """The linear layers; None if any layer cannot be read, which is reported elsewhere."""
    layers = [(place, (place.text or "").split()) for place in stated.entries()]
    linear = [(place, words) for place, words in layers if words[:1] == ["linear"]]
    if not layers or not all(len(words) in (1, 3) for _, words in layers):
        return None
    if not all(_sized(words) for _, words in linear):
        return None
    return [(place, int(words[1]), int(words[2])) for place, words in linear]


def _sized(words: list[str]) -> bool:
    sizes = words[1:]
    return len(sizes) == 2 and all(w.isdecimal() and len(w) < 10 for w in sizes)


def _chain(layers: list[Linear]) -> Iterator[Fault]:
    for (_, _, given), (place, taken, _) in pairwise(layers):
        if given != taken:
            what = f"{quoted(place.text or '')} follows a layer of {given} outputs"
            yield place.fault(what, f"write linear {given} ...")


def _end(layer: Place, size: int, stated: Place, does: str) -> Iterator[Fault]:
    """The first layer takes find's inputs; the last one gives find's outputs."""
    if stated.number is not None and stated.number != size:
        what = f"{quoted(layer.text or '')} {does} {size} numbers"
        yield layer.fault(f"{what}, find says {stated.trail[-1]}: {stated.number:g}")


def _depth(stated: Place, hidden: int, span: Place) -> Iterator[Fault]:
    ends = span.numbers or []
    if len(ends) == 2 and ends[0] <= ends[1] and not ends[0] <= hidden <= ends[1]:
        what = f"the architecture has {hidden} hidden layers"
        yield stated.fault(f"{what}, find says hidden: {span.value}")


RULES = (architectures, hidden_layers)
