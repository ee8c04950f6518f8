"""Find networks: read their layers from a traced forward pass and prove them.

A trace is a claim. It counts once the pass recomputed in numpy from the claimed weights
gives the outputs that came back for inputs drawn after the student's code had ended.
"""

import re
from dataclasses import replace

import numpy as np

from grader.find.context import Context
from grader.find.patterns import any_match, in_words
from grader.model.answers import Found, Hit
from grader.model.evidence import Candidate, CandidateKind, NetworkReply
from grader.model.finds import FindNetwork
from grader.model.network import Network, NetworkLayer, forward
from grader.model.recorded import Recorded
from grader.model.value import Array
from grader.model.verdict import Binding

WIDEST = 20_000
"""Neurons of a layer; wider ones are not recomputed on the host."""
UNPROVEN = "its layers do not explain its outputs"
OTHER_INPUTS = re.compile(r"shape|size|dimension|must match|argument", re.I)
SINGLE_PRECISION = 2e-4
"""Largest error of float32 against float64 forward passes here, relative to the largest
output: measured below 2e-6 for the sheets' sizes; a wrong layer is off by > 1e-2."""


def find_networks(context: Context, what: FindNetwork, section: str) -> Found[Network]:
    """Networks of the wanted sizes; named ones and those of the section first.

    The last one made comes first among equals: a later attempt replaces an earlier one.
    """
    hits, nearest = [], []
    for reply in context.recorded.evidence.networks:
        if reply.probe != f"network:{what.inputs}":
            continue
        network = read_network(context, reply)
        if network is None:
            continue
        if _fits(network, what) or _stuck(network, what):
            hits.append(
                Hit(value=network, binding=_binding(context, network, what, section))
            )
        elif network.candidate.id[0] == "n":
            nearest.append(f"{called(network.candidate)}: {network.error or network}")
    hits.sort(key=lambda h: (-h.binding.confidence, -(h.binding.cell or 0)))
    return Found(
        hits=tuple(hits), looked_for=_looked_for(what), nearest=tuple(nearest[-3:])
    )


def _looked_for(what: FindNetwork) -> str:
    ends = ((what.inputs, "input"), (what.outputs, "output"))
    sizes = " and ".join(f"{n} {end}" + ("s" if n > 1 else "") for n, end in ends)
    named = f", for example {in_words(what.names[:2])}" if what.names else ""
    return f"a network with {sizes}{named}"


def _fits(network: Network, what: FindNetwork) -> bool:
    if not network.sizes:
        return False
    low, high = what.hidden or (0, 10**6)
    ends = (network.sizes[0], network.sizes[-1])
    return ends == (what.inputs, what.outputs) and low <= network.hidden <= high


def _stuck(network: Network, what: FindNetwork) -> bool:
    """A network that could not be traced and may yet be the one; a stub is none.

    One of another name may be meant unless it says that it wants other inputs.
    """
    written = bool(network.error) and "NotImplemented" not in network.error
    if not written or network.sizes:
        return False
    made = network.candidate.kind is CandidateKind.NETWORK
    return _named(network, what) or (made and not OTHER_INPUTS.search(network.error))


def _named(network: Network, what: FindNetwork) -> bool:
    names = (*network.candidate.names, network.candidate.type.rpartition(".")[2])
    return any(any_match(name, what.names) for name in names)


def _binding(
    context: Context, network: Network, what: FindNetwork, section: str
) -> Binding:
    candidate = network.candidate
    named = _named(network, what)
    rank = context.rank(candidate.cell, section)
    placing = context.placing(candidate.cell, section)
    how = "by name" if named else "by its inputs and outputs"
    found = Binding(
        cell=candidate.cell,
        what=called(candidate),
        how=how,
        confidence=0.95 if named else 0.9,
        names=candidate.names[-1:],
    )
    placed = found.times("".join(placing), 1.0 if named else (0.6 + 0.3 * rank) / 0.9)
    if network.proven:
        return replace(placed, reasons=placing)
    doubted = placed.times(UNPROVEN, 0.55 / placed.confidence)
    return replace(doubted, reasons=(*placing, UNPROVEN))


def called(candidate: Candidate) -> str:
    """A network in words: "network shallow (MLPShallow)"."""
    kind = {"n": "network", "c": "class", "f": "function"}.get(candidate.id[:1], "network")
    type_name = candidate.type.rpartition(".")[2]
    if not candidate.names:
        return f"{kind} of class {type_name}" if type_name else kind
    name = candidate.names[-1]
    return (
        f"{kind} {name}"
        if name == type_name or not type_name
        else f"{kind} {name} ({type_name})"
    )


def read_network(context: Context, reply: NetworkReply) -> Network | None:
    """A network from its trace; None if the trace names nothing that was recorded."""
    candidate = next((c for c in context.candidates if c.id == reply.candidate), None)
    if candidate is None:
        return None
    if reply.error:
        return Network(candidate=candidate, error=reply.error)
    layers = _layers(context.recorded, reply)
    x, y = context.recorded.array(reply.x), context.recorded.array(reply.y)
    if layers is None or x is None or y is None:
        return Network(candidate=candidate, error="its weights did not arrive whole")
    error = _disproof(layers, x, y)
    return Network(candidate=candidate, layers=layers, proven=not error, error=error)


def _layers(recorded: Recorded, reply: NetworkReply) -> tuple[NetworkLayer, ...] | None:
    layers = []
    for layer in reply.layers:
        weight, bias = recorded.array(layer.weight), recorded.array(layer.bias)
        if (layer.weight is not None) != (weight is not None):
            return None
        if (layer.bias is not None) != (bias is not None):
            return None
        if weight is not None and max(weight.shape, default=0) > WIDEST:
            return None
        if weight is not None and (weight.ndim != 2 or weight.dtype.kind != "f"):
            return None
        if weight is not None and bias is not None and bias.size != weight.shape[0]:
            return None
        layers.append(NetworkLayer(op=layer.op, weight=weight, bias=_flat(bias)))
    return tuple(layers)


def _flat(bias: Array | None) -> Array | None:
    return None if bias is None else bias.reshape(-1)


def _disproof(layers: tuple[NetworkLayer, ...], x: Array, y: Array) -> str:
    """Why the claimed layers do not explain the outputs; "" if they do."""
    try:
        again = forward(layers, x)
    except ValueError as error:
        return f"its forward pass cannot be recomputed ({error})"
    if y.size == 0 or y.size != again.size or not np.isfinite(y).all():
        return "its outputs have another shape, or are not finite"
    if not np.isfinite(again).all():
        return "its outputs, recomputed, are not finite"
    scale = max(float(np.abs(again).max()), 1e-6)
    off = float(np.abs(again.reshape(-1) - y.reshape(-1).astype(np.float64)).max())
    return "" if off <= SINGLE_PRECISION * scale else UNPROVEN
