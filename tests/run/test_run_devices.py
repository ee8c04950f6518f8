"""Notebooks written for a graphics card: the CPU does their work, and they are told."""

import pytest

from grader.model.evidence import CellStatus
from grader.model.probe import Trace

CARD = "What asks for 'cuda' was run on the CPU: there is no GPU while grading."
APPLE = "What asks for 'mps' was run on the CPU: there is no GPU while grading."
SETUP = """\
import torch
from torch import nn, rand
x = torch.ones(2)
device = torch.device('cuda')
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
torch.cuda.manual_seed(0); torch.cuda.manual_seed_all(0); torch.cuda.empty_cache()
torch.backends.cudnn.deterministic = True
can = torch.cuda.is_available(), torch.backends.mps.is_available()
"""
MOVED = [
    ("a = x.cuda().sum().item()", {"a": 2.0}),
    ("b = x.cuda(0, non_blocking=True).sum().item()", {"b": 2.0}),
    ("c = x.to('cuda').sum().item()", {"c": 2.0}),
    ("d = x.to(device=torch.device('cuda:0'), dtype=torch.float64).sum().item()",
     {"d": 2.0}),
    ("e = x.to(0).sum().item()", {"e": 2.0}),
    ("f = str(x.to(device, torch.float64).dtype)", {"f": "torch.float64"}),
    ("g = net.cuda()(x.cuda()).shape[0]", {"g": 1}),
    ("h = net.to(device)(x.to(device)).shape[0]", {"h": 1}),
    ("i = torch.zeros(3, device='cuda').tolist()", {"i": [0, 0, 0]}),
    ("j = torch.tensor([1, 2], device=device).tolist()", {"j": [1, 2]}),
    ("k = rand(2, device='cuda:1').shape[0] + torch.zeros_like(x, device=0).shape[0]",
     {"k": 4}),
    ("l = nn.Linear(2, 1, device='cuda').weight.device.type", {"l": "cpu"}),
    ("m = x.new_zeros(2, device='cuda').tolist()", {"m": [0, 0]}),
    ("torch.set_default_device('cuda')\nn = torch.ones(1).device.type\n"
     "torch.set_default_device(None)", {"n": "cpu"}),
    ("with device:\n    o = torch.ones(1).device.type", {"o": "cpu"}),
    ("p = torch.randperm(3, generator=torch.Generator(device)).sum().item()\n"
     "q = isinstance(torch.default_generator, torch.Generator)", {"p": 3, "q": True}),
    ("torch.serialization.location_tag = lambda storage: 'cuda:0'\ntorch.save(x, 'x.pt')",
     None),
    ("r = torch.load('x.pt').tolist()", {"r": [1, 1]}),
    ("s = torch.load('x.pt', map_location=device).tolist()", {"s": [1, 1]}),
    ("t = x.type(torch.cuda.FloatTensor).tolist()", {"t": [1, 1]}),
]  # fmt: skip
"""Calls for a card, and what they give on the CPU; None needs no word."""
PASSED = [
    ("torch.cuda.synchronize()\nt0 = 1", "synchronize", {"t0": 1}),
    ("torch.cuda.set_device(0)\nt1 = 1", "set_device", {"t1": 1}),
    ("t2 = torch.cuda.get_device_name(0)", "get_device_name", {"t2": "no GPU"}),
    ("with torch.cuda.device(0):\n    t3 = 1", "device", {"t3": 1}),
]
QUIET = [
    "x.to('cpu'); torch.zeros(1, device='cpu'); x.to(torch.float64); x.to(x)",
    "x.to(torch.device('cuda' if torch.cuda.is_available() else 'cpu'))",
    "torch.zeros(1, device='meta')\nwith torch.device('meta'):\n"
    "    assert torch.ones(1).is_meta",
    "torch.load('x.pt', map_location='cpu')",
    "with torch.autocast('cuda'):\n    pass\nscaler = torch.amp.GradScaler('cuda')\n"
    "scaler.scale(net(x).sum()).backward()\n"
    "optimizer = torch.optim.SGD(net.parameters())\nscaler.step(optimizer)",
    "for _ in torch.utils.data.DataLoader([1, 2], pin_memory=True):\n    x.pin_memory()",
]
"""What asks for no card, or asks first, or goes without by itself."""
WRONG = [
    ("x.to('gpu')", "RuntimeError"),
    ("torch.zeros(2, device='cuda:x')", "RuntimeError"),
    ("x.cuda() @ torch.ones(3, device='cuda')", "RuntimeError"),
    ("net.cuda().missing", "AttributeError"),
    ("torch.zeros(-1, device='cuda')", "RuntimeError"),
    ("assert torch.cuda.is_available(), 'no card'", "AssertionError"),
]
"""A student's own mistakes, which a card would not have mended."""


@pytest.fixture(scope="module")
def seen(box):
    """One run of all cells, after which the network is traced."""
    moved = [source for source, *_ in MOVED]
    passed = [source for source, *_ in PASSED]
    wrong = [source for source, _ in WRONG]
    own = "class Net(nn.Module):\n    def forward(self, x): return net(x.cuda())\n"
    last, apple = f"{own}own = Net()", "y = x.to('mps')"

    def trace(seen, x):
        known = [c for c in seen.candidates if c.names in (("net",), ("own",))]
        return [Trace(probe=c.names[0], candidate=c.id, x=x) for c in known]

    return box(SETUP, *moved, *passed, *QUIET, *wrong, apple, last, choose=trace)


@pytest.fixture(scope="module")
def cells(seen):
    """Cells by their source."""
    return {cell.source: cell for cell in seen.cells}


def bound(seen, cell):
    """The names that a cell bound."""
    return {name.name: name.value for name in seen.names if name.cell == cell.index}


def test_what_asks_first_gets_a_true_answer(seen, cells):
    """There is no card, and naming one as a device is no crime."""
    cell = cells[SETUP]

    assert (cell.status, cell.notes) == (CellStatus.OK, ())
    assert bound(seen, cell)["can"] == (False, False)


@pytest.mark.parametrize(("source", "names"), MOVED)
def test_work_for_a_card_is_done_and_told(seen, cells, source, names):
    """The value is that of the CPU, and the cell says where it was computed."""
    cell = cells[source]

    assert cell.status is CellStatus.OK, cell.error
    assert cell.notes == (() if names is None else (CARD,))
    assert {name: bound(seen, cell)[name] for name in names or {}} == (names or {})


@pytest.mark.parametrize(("source", "name", "names"), PASSED)
def test_calls_about_the_card_are_passed_over(seen, cells, source, name, names):
    """Nothing waits for a card, and its name says that there is none."""
    cell = cells[source]

    assert cell.status is CellStatus.OK, cell.error
    assert cell.notes == (
        f"torch.cuda.{name}() was passed over: there is no GPU while grading.",
    )
    assert {name: bound(seen, cell)[name] for name in names} == names


@pytest.mark.parametrize("source", QUIET)
def test_what_needs_no_card_needs_no_word(cells, source):
    """Code that can do without a card goes through untouched."""
    assert (cells[source].status, cells[source].notes) == (CellStatus.OK, ())


@pytest.mark.parametrize(("source", "error"), WRONG)
def test_a_real_mistake_stays_one(cells, source, error):
    """Whatever would be wrong on a card, or names no card, fails as ever."""
    cell = cells[source]

    assert cell.status is CellStatus.ERROR
    assert cell.error is not None
    assert cell.error.name == error


def test_other_cards_are_named(cells):
    """The sentence names the device that was asked for."""
    assert cells["y = x.to('mps')"].notes == (APPLE,)


def test_networks_on_a_card_are_traced(seen):
    """A network that moves its own input is read like any other."""
    traced = {trace.probe: trace for trace in seen.networks}

    assert {name: traced[name].error for name in ("net", "own")} == {"net": "", "own": ""}
    assert [layer.op for layer in traced["own"].layers] == ["linear", "relu", "linear"]


def test_torch_is_no_answer_of_the_student(seen):
    """A function of torch that was wrapped is not taken for one of the notebook's."""
    assert all("rand" not in candidate.names for candidate in seen.candidates)


def test_torch_is_left_alone_where_nobody_names_a_card(box):
    """Its functions are those that compilers and others know."""
    seen = box(
        "import torch\nkind = type(torch.zeros).__name__",
        "own = torch.zeros is torch._C._VariableFunctions.zeros",
    )

    found = {named.name: named.value for named in seen.names}
    assert found["kind"] == "builtin_function_or_method"
    assert found["own"] is True


def test_a_card_named_in_a_module_is_seen(box):
    """The notebook itself need not name it."""
    seen = box(
        "import own",
        "a = own.made()",
        files={
            "own.py": b"import torch\ndef made():\n    return float(torch.ones(1).cuda())"
        },
    )

    assert [cell.error for cell in seen.cells] == [None, None]
    assert seen.cells[1].notes == (CARD,)
