"""Check that networks of several architectures were built, for a comparison."""

from collections import Counter
from collections.abc import Sequence
from math import prod

from grader.checks.networks import layers, multiplies
from grader.checks.registry import check
from grader.checks.words import counted, not_found
from grader.checks.written_out import parts, shown, sizes
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.curves import NetworksMatch
from grader.model.network import Network, NetworkLayer
from grader.model.verdict import Binding, Verdict, graded, passed, pending


@check("networks_match")
def networks_match(options: NetworksMatch, case: Case) -> Verdict:
    """Ask whether there is a network of each of the stated architectures.

    As in module_matches, layers count if the pass recomputed from them explains the
    outputs. Biases may be left out; so may the last activation, if the rubric says so.

    Pass:      every architecture has its network; or, where networks are written out by
               hand, gives a drawn curve from weights and other inputs that were kept. So
               may as many single linear layers, called one after the other.
    Partial:   some have; the credit is their share.
    Fail:      none has.
    No answer: no network with the wanted inputs and outputs.
    Pending:   some are missing, and networks were found that cannot be recomputed; or
               there are weight matrices of these shapes, one by one or stacked, and no
               module; or the question's code multiplies tensors of torch; or as many
               single linear layers as an architecture has, which are part of no network.
    Fooled by: networks that were built, and not used for the plots.
    """
    got: Found[Network] = case.seek(options.find)
    if not got:
        return _written_out(options, case) or not_found(got, options.hint)
    proven = [hit for hit in got.hits if hit.value.proven]
    families = [readings(options, want) for want in options.architectures]
    spelled = {bare(layers(hit.value)) for hit in proven}
    good = [i for i, family in enumerate(families) if spelled & family]
    binding = (proven or list(got.hits))[0].binding
    many = len(families)
    words = f"{len(good)} of {counted(many, 'architecture')} found"
    if len(good) == many:
        return passed(f"{words}.", binding=binding)
    if single := _singles(families, [hit.value for hit in proven]):
        return _by_curves(options, case, single, good)
    seen = "; ".join(sorted({str(hit.value) for hit in proven}))[:400]
    if len(proven) < len(got.hits):
        return pending(
            f"{words}; other networks could not be recomputed; a person will look.",
            binding=binding, proposal=len(good) / many, detail=(("found", seen),),
        )  # fmt: skip
    return graded(
        len(good) / many, f"{words}.",
        binding=binding, hint=options.hint, detail=(("found", seen),),
    )  # fmt: skip


def _singles(
    families: Sequence[set[tuple[str, ...]]], networks: Sequence[Network]
) -> list[NetworkLayer]:
    """Linear layers of which code of the student's own may make up networks.

    Each is a network of its own, and part of no larger one. Too few for an architecture
    are none; nor are those that stand beside other networks of one linear layer, as the
    linear one of these.
    """
    larger = [network for network in networks if len(network.layers) > 1]
    if any(len(network.linears) == 1 for network in larger):
        return []
    used = {_weight(layer) for network in larger for layer in network.linears}
    found = {
        _weight(layer): layer
        for network in networks
        if len(network.layers) == 1
        for layer in network.linears
    }
    alone = [layer for weight, layer in found.items() if weight not in used]
    fewest = min(len(sizes(spelled)) for family in families for spelled in family)
    return alone if len(alone) >= max(fewest, 2) else []


def _weight(layer: NetworkLayer) -> bytes:
    return b"" if layer.weight is None else layer.weight.tobytes()


def _written_out(options: NetworksMatch, case: Case) -> Verdict | None:
    """Networks whose curves were drawn; else a question to a person where weights are.

    These are as many matrices as layers, or code that multiplies tensors.
    """
    sizes = [word.split()[1:] for word in options.architectures[0] if " " in word]
    wanted = [sorted((int(a), int(b))) for a, b in sizes]
    values = [named.value for named in case.got.evidence.names]
    shapes = Counter[tuple[int, ...]]()
    for ref in (part for value in values for part in parts(value)):
        if len(ref.shape) >= 2:
            shapes[tuple(sorted(ref.shape[-2:]))] += prod(ref.shape[:-2])
    if all(shapes[tuple(shape)] >= wanted.count(shape) for shape in wanted):
        return _by_curves(options, case)
    for cell in case.own_cells:
        if cell.kind == "code" and multiplies(cell):
            return pending(
                "No network that could be traced was found, but code that multiplies "
                "tensors of torch; a person will look.",
                binding=Binding(cell=cell.index, what="code", how="in the source"),
            )
    return None


def _by_curves(
    options: NetworksMatch,
    case: Case,
    single: Sequence[NetworkLayer] = (),
    traced: Sequence[int] = (),
) -> Verdict:
    """Networks that a drawn curve shows, recomputed from weights that were kept.

    traced: which of the architectures were found as networks.
    """
    families = [readings(options, want) for want in options.architectures]
    more = [part for one in single for part in (one.weight, one.bias) if part is not None]
    found = shown(case, families, more)
    many = counted(len(families), "architecture")
    good = found.keys() | set(traced)
    if len(good) == len(families):
        return passed(
            f"{len(good)} of {many} found: recomputed from the weights that were kept, "
            "they give drawn curves.",
            binding=Binding(cell=min(found.values()), what="curves", how="by their values"),
        )
    what = "Single linear layers" if single else "Weight matrices of these shapes"
    seen = f"; {len(found)} of {many} give a drawn curve" if found else ""
    whole = (
        f"{len(traced)} of {many} as networks"
        if traced
        else "no network that could be traced"
    )
    return pending(f"{what} were found, but {whole}{seen}; a person will look.")


def bare(spelled: tuple[str, ...]) -> tuple[str, ...]:
    """A network's layers without the word on their biases."""
    return tuple(word.removesuffix(" without bias") for word in spelled)


def readings(options: NetworksMatch, want: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The spellings of an architecture that count."""
    shorter = want[:-1] if not want[-1].startswith("linear") else want
    return {want, shorter} if options.last == "either" else {want}
