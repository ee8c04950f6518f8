"""Probes: calls and traces of what the student defined, after the last cell."""

import numpy as np
import pytest

from grader.model.probe import Call, Trace

CALLED = """
import numpy as np
def double(x): return 2 * x
def parts(x): return x.sum(), {"n": len(x)}, [x[0]]
def wrong(x): return x[100]
def changes(x):
    x += 1
    return x.sum()
def hangs(x):
    while True: pass
def leaves(x): raise SystemExit
def loud(x):
    print("noise" * 100)
    return np.random.rand()
class Scale:
    def __init__(self, factor=3): self.factor = factor
    def __call__(self, x): return self.factor * x
def slope(x):
    import torch
    x = torch.as_tensor(x).clone().requires_grad_()
    (x ** 2).sum().backward()
    return x.grad
import random; random.seed(1); np.random.seed(1)
"""
TRACED = """
import torch
from torch import nn
import torch.nn.functional as F
torch.manual_seed(0)
W1, b1, W2, b2 = torch.randn(3, 2), torch.randn(3), torch.randn(1, 3), torch.randn(1)
stack = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Dropout(), nn.Linear(3, 1))
class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.drop = nn.Linear(2, 3), nn.Linear(3, 1), nn.Dropout()
    def forward(self, x):
        x = x.view(x.shape[0], -1)
        return F.relu(self.b(self.drop(F.relu(self.a(x)))).squeeze(-1))
class Hidden:
    def __init__(self): self.layers = [nn.Linear(2, 3), nn.Linear(3, 1)]
    def __call__(self, x):
        return self.layers[1](torch.tanh(self.layers[0](x)))
class Reused(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.h, self.o = nn.Linear(2, 3), nn.Linear(3, 3), nn.Linear(3, 1)
    def forward(self, x):
        x = torch.relu(self.a(x))
        for _ in range(3): x = self.h(x).clamp(min=0)
        return self.o(x)
class Needs(nn.Module):
    def __init__(self, width): super().__init__()
def by_hand(x): return torch.relu(x @ W1.T + b1) @ W2.T + b2
def columns(x): return (W2 @ torch.clamp(W1 @ x.T + b1[:, None], min=0) + b2).T
def einsum(x): return torch.einsum("ij,nj->ni", W1, x).maximum(torch.tensor(0.))
def addmm(x): return F.leaky_relu(torch.addmm(b1, x, W1.T))
def masked(x):
    h = torch.matmul(x, W1.T) + b1
    return torch.where(h > 0, h, 0)
def product(x):
    h = x.mm(W1.t()).add(b1)
    return h * (h > 0).float()
def inplace(x):
    h = F.linear(x, W1)
    h += b1
    h.relu_()
    return torch.sigmoid(h)
def single(p):
    assert p.shape == (2,)
    return torch.relu(W1 @ p + b1)
def skip(x): return x + F.softmax(x, 1)
def slow(x):
    while True: pass
"""
HIDDEN_LAYER = [("linear", (3, 2), (3,)), ("relu", None, None)]
OUTPUT = [("linear", (1, 3), (1,))]


@pytest.fixture(scope="module")
def called(box, calls):
    return box(CALLED, choose=calls, probe_seconds=1)


@pytest.fixture(scope="module")
def replies(called):
    return {reply.probe: reply for reply in called.replies}


@pytest.fixture(scope="module")
def traced(box, traces):
    return box(TRACED, choose=traces, probe_seconds=2)


@pytest.fixture(scope="module")
def layers(traced):
    """Op, weight shape and bias shape of each network's layers."""

    def shape(ref):
        return None if ref is None else ref.shape

    found = {n.probe: n for n in traced.networks}
    return lambda name: [
        (part.op, shape(part.weight), shape(part.bias)) for part in found[name].layers
    ]


def test_a_function_is_called_both_ways(called, replies, x):
    """Arrays go in as float64 arrays or float32 tensors, and come back as such."""
    array, tensor = (replies[f"{kind}.double"].value for kind in ("ndarray", "tensor"))

    assert (array.dtype, array.kind) == ("float64", "ndarray")
    assert (tensor.dtype, tensor.kind) == ("float32", "tensor")
    assert (called.arrays[array.sha256] == 2 * x).all()


def test_any_plain_value_comes_back(replies, called, x):
    """Tuples, dicts, lists and numpy scalars keep their shape."""
    total, counts, (first,) = replies["ndarray.parts"].value

    assert total == pytest.approx(x.sum(), rel=1e-15)
    assert counts == {"n": 6}
    assert (called.arrays[first.sha256] == x[0]).all()


def test_an_exception_is_an_answer(replies):
    """What is raised is named; it ends neither the kernel nor the later probes."""
    assert replies["ndarray.wrong"].error.startswith("IndexError: index 100")
    assert replies["ndarray.leaves"].error.startswith("SystemExit")
    assert replies["ndarray.loud"].error == ""


def test_a_hanging_call_is_interrupted(replies, called):
    """A call past its limit is a timeout, and the next ones are answered."""
    assert replies["ndarray.hangs"].error == replies["tensor.hangs"].error == "timeout"
    assert replies["tensor.slope"].error == ""
    assert called.run.status == "ok"


def test_every_call_gets_fresh_arguments(replies, x):
    """A function that changes its input changes only its own copy."""
    assert replies["ndarray.changes"].value == pytest.approx((x + 1).sum(), rel=1e-12)


def test_random_states_stay(replies):
    """Two probes of a random function see the same state: nothing lasts."""
    assert replies["ndarray.loud"].value == replies["tensor.loud"].value


def test_a_class_is_made_first(called, replies, x):
    """With `construct` the class is instantiated without arguments."""
    got = called.arrays[replies["ndarray.Scale"].value.sha256]

    assert (got == 3 * x).all()


def test_a_function_may_use_gradients(called, replies, x):
    """A function that needs autograd has it."""
    got = called.arrays[replies["ndarray.slope"].value.sha256]

    assert np.allclose(got, 2 * x, rtol=1e-12)


@pytest.mark.parametrize("name", ["stack", "by_hand", "columns"])
def test_one_network_written_in_many_ways(layers, name):
    """Modules, products with weights, and transposed products are the same layers."""
    assert layers(name) == HIDDEN_LAYER + OUTPUT


@pytest.mark.parametrize("name", ["masked", "product", "single"])
def test_relu_written_in_many_ways(layers, name):
    """where(h > 0, h, 0), h * (h > 0) and a network of single points are recognised."""
    assert layers(name) == HIDDEN_LAYER


def test_an_output_relu_shows(layers):
    """A ReLU after the last layer is the last layer of the trace."""
    assert layers("Functional") == [*HIDDEN_LAYER, *OUTPUT, ("relu", None, None)]


def test_layers_in_a_plain_list_show(layers):
    """Layers that parameters() cannot see are used all the same."""
    assert [op for op, *_ in layers("Hidden")] == ["linear", "tanh", "linear"]


def test_a_reused_layer_counts_each_time(layers):
    """One module used three times is three layers."""
    assert [op for op, *_ in layers("Reused")] == ["linear", "relu"] * 4 + ["linear"]


def test_other_operations_have_their_names(layers):
    """einsum, addmm, in-place forms and further activations are told by name."""
    assert layers("einsum") == [("linear", (3, 2), None), ("relu", None, None)]
    assert layers("addmm") == [("linear", (3, 2), (3,)), ("leaky_relu", None, None)]
    assert layers("inplace") == [*HIDDEN_LAYER, ("sigmoid", None, None)]
    assert [op for op, *_ in layers("skip")] == ["softmax", "add"]


@pytest.mark.parametrize("name", ["stack", "by_hand", "columns", "Reused", "Functional"])
def test_the_layers_reproduce_the_output(traced, name):
    """Recomputed from the exported weights, the output is the one reported."""
    (found,) = [n for n in traced.networks if n.probe == name]
    h = traced.arrays[found.x.sha256].astype(np.float64)
    for layer in found.layers:
        if layer.op == "relu":
            h = np.maximum(h, 0)
        else:
            weight, bias = (traced.arrays[r.sha256] for r in (layer.weight, layer.bias))
            h = h @ weight.T + bias

    assert np.allclose(h.squeeze(), traced.arrays[found.y.sha256].squeeze(), atol=1e-5)


def test_what_cannot_be_traced_says_why(traced):
    """A class that needs arguments and a function that hangs are errors in words."""
    errors = {n.probe: n.error for n in traced.networks}

    assert errors["Needs"].startswith("TypeError")
    assert errors["slow"] == "timeout"


DEAF = """
import time
def deaf(x):
    end = time.monotonic() + {seconds}
    while time.monotonic() < end:
        try:
            while time.monotonic() < end: pass
        except KeyboardInterrupt: pass
def later(x): return 2 * x
"""


@pytest.mark.parametrize(("seconds", "error"), [("4", ""), ("1e9", "lost")])
def test_a_probe_that_cannot_be_interrupted_for_a_while(box, seconds, error):
    """As one that fills gigabytes: it is waited for, but not for ever."""

    def choose(seen, x):
        ids = {c.names[0]: c.id for c in seen.candidates}
        return [
            Call(probe=name, candidate=ids[name], form="(x)", args=(x,))
            for name in ("deaf", "later")
        ]

    seen = box(DEAF.format(seconds=seconds), choose=choose, probe_seconds=0.5)
    errors = {reply.probe: reply.error for reply in seen.replies}

    assert errors == {"deaf": "timeout", "later": error}


GREEDY = """
import numpy as np, torch
held = np.ones(2**27)
def some(x): return float(np.ones(2**26).sum())
def much(x): return float(np.ones(2**29).sum())
def tensors(x): return float(torch.ones(2**30).sum())
def later(x): return float(held[:3].sum())
"""


def test_a_probe_has_little_more_memory_than_there_was(box):
    """What asks for gigabytes fails; the kernel lives, and what is called later answers."""
    names = ("some", "much", "tensors", "later")

    def choose(seen, x):
        ids = {c.names[0]: c.id for c in seen.candidates}
        return [
            Call(probe=name, candidate=ids[name], form="(x)", args=(x,)) for name in names
        ]

    seen = box(GREEDY, choose=choose)
    replies = {reply.probe: reply for reply in seen.replies}

    assert [replies[name].value for name in ("some", "later")] == [2.0**26, 3.0]
    assert "MemoryError" in replies["much"].error
    assert "memory" in replies["tensors"].error


def test_a_kernel_lost_to_a_probe_keeps_the_cells(box):
    """A probe that kills its kernel loses its own and later replies, not the cells."""

    def choose(seen, x):
        (candidate,) = seen.candidates
        call = Call(probe="q", candidate=candidate.id, form="(x)", args=(x,))
        return [call, call, Trace(probe="t", candidate=candidate.id, x=x)]

    seen = box("def f(x):\n    import os\n    os._exit(1)", choose=choose)

    assert seen.run.status == "ok"
    assert [reply.error for reply in seen.replies] == ["lost", "lost"]
    assert [network.error for network in seen.networks] == ["lost"]


def test_probes_after_a_dead_kernel_are_lost(box):
    """The probes are still asked for, so that every one has an answer."""

    def choose(seen, x):
        return [Call(probe="q", candidate="f0", form="(x)", args=(x,))]

    seen = box("import os; os._exit(1)", choose=choose)

    assert seen.run.status == "kernel_died"
    assert [reply.error for reply in seen.replies] == ["lost"]


def test_an_answer_that_is_too_large(box, calls):
    """It is told and not kept; neither other answers nor the run suffer."""
    code = """
import numpy as np
def large(x): return np.zeros(100_000)
def small(x): return np.zeros(1_000)
"""

    seen = box(code, choose=calls, evidence_bytes=10_000_000)

    errors = {(r.probe.split(".")[1], r.error) for r in seen.replies}
    assert errors == {("large", "the answer is too large"), ("small", "")}
    assert seen.run.status == "ok"
    assert max(array.nbytes for array in seen.arrays.values()) < 100_000


def test_a_large_network_is_no_large_answer(box):
    """A traced network has the weights that it has."""
    code = "import torch\nnet = torch.nn.Linear(2, 8000)"

    def choose(seen, x):
        return [Trace(probe="t", candidate="n0", x=x)]

    seen = box(code, choose=choose, evidence_bytes=10_000_000)

    assert [network.error for network in seen.networks] == [""]
