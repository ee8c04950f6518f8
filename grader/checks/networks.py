"""Check a network's architecture by recomputing its forward pass."""

import ast

from grader.checks.registry import check
from grader.checks.source import MAGIC, parsed
from grader.checks.words import counted, not_found
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import ModuleMatches
from grader.model.evidence import Cell
from grader.model.network import Network
from grader.model.verdict import Binding, Verdict, failed, passed, pending

HALF = 0.5
"""Proposed for the right steps in a row with fewer parameters than asked for."""
TORCH = frozenset({"torch", "th", "F", "nn"})
PRODUCTS = frozenset(
    {"matmul", "mm", "bmm", "mv", "einsum", "linear", "addmm", "tensordot", "dot"}
)
KINKS = frozenset({"relu", "clamp", "maximum", "clip", "where", "clamp_min", "ReLU"})


@check("module_matches")
def module_matches(options: ModuleMatches, case: Case) -> Verdict:
    """Ask whether a network has the stated architecture.

    The weights come from the student's process and the layers from a traced forward
    pass; both count only if the pass recomputed in numpy from these weights gives the
    network's own outputs on inputs drawn after the student's code had ended.

    Pass:      one of the networks that were found has exactly these layers, with biases.
    Fail:      all that were found differ; the nearest is described.
    Pending:   a network was found whose outputs its layers do not explain; or layers of it
               have the same random weights, as if one were used several times: half is
               proposed; or none, and code that multiplies matrices and cuts off at 0: a
               network written out.
    No answer: neither network nor such code.
    Fooled by: layers that compute the same function in another way, such as a second
               linear layer directly behind the first; a person can override.
    """
    got: Found[Network] = case.seek(options.find)
    if not got:
        return _written_out(case) or not_found(got, options.hint)
    right = [
        hit
        for hit in got.hits
        if hit.value.proven and layers(hit.value) == options.architecture
    ]
    for hit in sorted(right, key=lambda hit: hit.value.shared):
        if hit.value.shared:
            return _used_again(hit)
        return passed(f"It is {hit.value}.", binding=hit.binding)
    known = [hit for hit in got.hits if hit.value.proven]
    return _differs(options, (known or list(got.hits))[0])


def _used_again(hit: Hit[Network]) -> Verdict:
    """Copies that were made before the training have the same weights, too."""
    return pending(
        f"It is {hit.value}, but {counted(hit.value.shared + 1, 'layer')} have the same "
        "weights, as if one layer were used several times. A person will look.",
        binding=hit.binding,
        proposal=HALF,
    )


def _written_out(case: Case) -> Verdict | None:
    for cell in case.own_cells:
        if cell.kind == "code" and multiplies(cell, cuts=True):
            return pending(
                "No network that could be traced was found, but code that multiplies "
                "matrices and cuts off at 0; a person will look.",
                binding=Binding(cell=cell.index, what="code", how="in the source"),
            )
    return None


def multiplies(cell: Cell, cuts: bool = False) -> bool:
    """Whether code multiplies matrices: tensors of torch, or any that it cuts off at 0."""
    tree = parsed(MAGIC.sub("", cell.source))
    attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    signs = any(
        isinstance(n, ast.BinOp) and isinstance(n.op, ast.MatMult) for n in ast.walk(tree)
    )
    wanted = (attributes | names) & KINKS if cuts else names & TORCH
    called = attributes | names if cuts else attributes
    return bool(wanted) and (signs or bool(called & PRODUCTS))


def layers(network: Network) -> tuple[str, ...]:
    """The layers in the rubric's spelling; repeated activations that do nothing are one."""
    spelled: list[str] = []
    for layer in network.layers:
        word = str(layer)
        if not (word == "relu" and spelled and spelled[-1] == "relu"):
            spelled.append(word)
    return tuple(spelled)


def _differs(options: ModuleMatches, hit: Hit[Network]) -> Verdict:
    network = hit.value
    if not network.proven:
        return pending(
            f"A network was found, but {network.error}; a person will look.",
            binding=hit.binding, proposal=0.0,
        )  # fmt: skip
    return failed(
        f"The network is {network}; {difference(layers(network), options.architecture)}.",
        binding=hit.binding, hint=options.hint,
        detail=(("expected", ", ".join(options.architecture)),),
    )  # fmt: skip


def difference(got: tuple[str, ...], want: tuple[str, ...]) -> str:
    """What differs, in words that tell where to look but not the answer."""
    bare = tuple(word.removesuffix(" without bias") for word in got)
    if bare == want:
        return "its linear layers lack a bias"
    if got[:-1] == want:
        return f"there is {_article(got[-1])} behind the last layer"
    linear = [sum(w.startswith("linear") for w in words) - 1 for words in (got, want)]
    if linear[0] != linear[1]:
        many = counted(linear[0], "hidden layer")
        return f"it has {many}, which is not what the sheet asks for"
    if tuple(w for w in got if not w.startswith("linear")) != tuple(
        w for w in want if not w.startswith("linear")
    ):
        return "its activations are not where the sheet asks for them"
    return "its layers have other sizes than the sheet asks for"


def _article(word: str) -> str:
    return (
        f"an activation ({word})"
        if not word.startswith("linear")
        else "another linear layer"
    )
