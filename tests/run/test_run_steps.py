"""Steps: one turn of a student's training loop, from parameters of ours."""

from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pytest

from grader.model.probe import Step, StepRole
from grader.model.run import Limits
from grader.model.submission import SourceCell, Submission
from grader.run import execute
from grader.run.inside.copies import duplicated

START = {"u": (0.5, 2.0), "v": 1.5}
ROLES = (
    StepRole(name="u", names=("u",), shape=(2,), points=((0.5, 2.0), (1.0, -1.0))),
    StepRole(name="v", names=("v", "offset"), shape=(), points=((1.5,), (0.25,))),
)
DATA = "import numpy as np\nx = np.array([[1., 0.], [0., 2.]])\nt = np.array([1., 3.])"
INLINE = """
u = np.zeros(2); v = 0.0; losses = []
for epoch in range(50):
    r = x @ u + v - t
    losses.append(float((r ** 2).sum()))
    u -= 0.1 * x.T @ r
    v -= 0.1 * r.sum()
"""
CLASS = """
class Line:
    def __init__(self): self.u, self.v = np.zeros((2, 1)), np.zeros(1)
    def residual(self): return x @ self.u[:, 0] + self.v - t
    def step(self, r, lr):
        self.u -= lr * (x.T @ r)[:, None]
        self.v = self.v - lr * r.sum()
    def fit(self, epochs, lr):
        for _ in range(epochs):
            r = self.residual()
            self.step(r, lr)
line = Line()
line.fit(20, 0.1)
"""
FUNCTION = """
def train(lr=0.1, epochs=20):
    p = {"u": [0.0, 0.0], "offset": 0.0}
    for _ in range(epochs):
        r = [x[i] @ np.array(p["u"]) + p["offset"] - t[i] for i in range(2)]
        g = [sum(x[i][k] * r[i] for i in range(2)) for k in range(2)]
        p = {"u": [p["u"][k] - lr * g[k] for k in range(2)],
             "offset": p["offset"] - lr * sum(r)}
        if max(map(abs, r)) < 1e-9: return p
    return p
def main():
    return train()
result = main()
"""
GLOBALS = """
u, v, rate = np.zeros(2), 0.0, 0.1
def update():
    global u, v
    r = x @ u + v - t
    u, v = u - rate * x.T @ r, v - rate * r.sum()
k = 0
while k < 20:
    update()
    k += 1
"""
GENERATOR = """
def train(u, v, lr):
    while True:
        r = x @ u + v - t
        given = yield (r ** 2).sum(), u, v
        u, v = u - lr * x.T @ r, v - lr * r.sum()
run = [state for state, _ in zip(train(np.zeros(2), 0.0, lr=0.1), range(20))]
"""
LATER = INLINE + "\nprint(len(losses))"


def asked(*sources: str, **options: Any) -> Any:
    """Run cells, ask for a step, and return the reply's value."""
    cells = tuple(SourceCell(kind="code", source=source) for source in sources)
    given = Submission(id="ada", notebook=PurePosixPath("a.ipynb"), cells=cells)
    step = Step(
        probe="3.update#step",
        sources=tuple(enumerate(sources)),
        names=("train*", "fit*"),
        roles=ROLES,
        rate=("lr", "rate"),
        **options,
    )
    seen = execute(given, Limits(), lambda _: ((step,), {}))
    (reply,) = seen.replies
    assert not reply.error
    return reply.value


def expected(u: Any, v: float) -> tuple[Any, float]:
    """What one right step of rate 0.1 makes of these parameters."""
    x, t = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1.0, 3.0])
    r = x @ np.array(u) + v - t
    return np.array(u) - 0.1 * x.T @ r, v - 0.1 * r.sum()


@pytest.mark.parametrize("source", [INLINE, CLASS, FUNCTION, GLOBALS, GENERATOR])
def test_a_turn_starts_from_our_parameters(source: str):
    """Inline, in a class, a function with a dict, a generator, or over globals."""
    (step, *_) = asked(DATA, source)["steps"]

    names = [name for name, _ in step["places"]]
    first = next(turn for turn in step["turns"] if not turn["small"])
    after = dict(zip(names, first["after"], strict=True))
    u, v = expected(*START.values())
    assert np.allclose(np.ravel(after["u"]), u)
    assert np.allclose(after["v"], v)


HOLDERS = {
    "namedtuple": (
        "from collections import namedtuple\nP = namedtuple('P', 'u v')",
        "p = P(np.zeros(2), 0.0)", "p.u", "p.v", "p = P(p.u - {u}, p.v - {v})",
    ),
    "typed": (
        "from typing import NamedTuple\nclass P(NamedTuple):\n    u: object\n    v: float",
        "p = P(np.zeros(2), 0.0)", "p.u", "p.v", "p = p._replace(u=p.u - {u}, v=p.v - {v})",
    ),
    "namespace": (
        "from types import SimpleNamespace as P",
        "p = P(u=np.zeros(2), v=0.0)", "p.u", "p.v", "p.u -= {u}; p.v -= {v}",
    ),
    "ordered": (
        "from collections import OrderedDict as P",
        "p = P(u=np.zeros(2), v=0.0)", "p['u']", "p['v']", "p['u'] -= {u}; p['v'] -= {v}",
    ),
    "list": (
        "", "p = [np.zeros(2), 0.0]", "p[0]", "p[1]",
        "p = [a - b for a, b in zip(p, [{u}, {v}])]",
    ),
    "flat": (
        "def unpack(p): return p[:2], p[2]",
        "p = np.zeros(3)", "unpack(p)[0]", "unpack(p)[1]",
        "p = p - np.concatenate([{u}, [{v}]])",
    ),
    "flat, turned round": (
        "def apart(p):\n    v, u = p[0], p[1:]\n    return u, v",
        "p = np.zeros(3)", "apart(p)[0]", "apart(p)[1]", "p[1:] -= {u}; p[0] -= {v}",
    ),
    "function": (
        "def made():\n    u, v = np.zeros(2), np.zeros(1)\n"
        "    def move(a, b): u[...] -= a; v[...] -= b\n"
        "    return (lambda: u), (lambda: v), move",
        "u_now, v_now, move = made()", "u_now()", "v_now()", "move({u}, {v})",
    ),
    "function, bound anew": (
        "def made():\n    u, v = np.zeros(2), 0.0\n"
        "    def move(a, b):\n        nonlocal u, v\n        u, v = u - a, v - b\n"
        "    return {'now': lambda: (u, v), 'move': move}",
        "p = made()", "p['now']()[0]", "p['now']()[1]", "p['move']({u}, {v})",
    ),
}  # fmt: skip
"""How parameters are kept: what comes before, how they begin, are read and are moved."""


def held(how: str, u: str = "0.1 * x.T @ r", v: str = "0.1 * r.sum()") -> str:
    """A training that keeps its parameters so, with these steps."""
    before, begin, own_u, own_v, move = HOLDERS[how]
    turn = f"    r = x @ {own_u} + {own_v} - t\n    {move.format(u=u, v=v)}"
    return f"{before}\n{begin}\nfor epoch in range(9):\n{turn}"


def after_a_turn(source: str) -> tuple[Any, Any]:
    """What one turn makes of the first point."""
    (step,) = asked(DATA, source)["steps"]
    names = [name for name, _ in step["places"]]
    first = next(turn for turn in step["turns"] if not turn["small"])
    after = dict(zip(names, first["after"], strict=True))
    return np.ravel(after["u"]), np.ravel(after["v"])


@pytest.mark.parametrize("how", HOLDERS)
def test_parameters_are_found_however_they_are_kept(how: str):
    """In tuples and objects with names, in dicts of any kind, one behind the other."""
    u, v = expected(*START.values())

    got = after_a_turn(held(how))

    assert np.allclose(got[0], u)
    assert np.allclose(got[1], v)


@pytest.mark.parametrize("how", HOLDERS)
def test_a_wrong_step_stays_wrong_however_they_are_kept(how: str):
    """What a turn does is told as it is: here v goes uphill, and u half as far."""
    start_u, start_v = START.values()
    u, v = expected(start_u, start_v)

    got = after_a_turn(held(how, "0.05 * x.T @ r", "-0.1 * r.sum()"))

    assert np.allclose(got[0], (np.array(start_u) + u) / 2)
    assert np.allclose(got[1], 2 * start_v - v)


def test_a_vector_that_no_turn_takes_apart_is_not_guessed():
    """Which of its entries are u is not seen."""
    source = held("flat").replace("unpack(p)[0]", "p[:2]").replace("unpack(p)[1]", "p[2]")

    assert asked(DATA, source)["steps"] == []


MANY = """
u, v = np.zeros((3, 2)), np.zeros((3, 1))
losses = np.empty((20, 3))
for epoch in range(20):
    r = u @ x.T + v - t
    losses[epoch] = (r ** 2).sum(1)
    u = u - 0.1 * r @ x
    v = v - 0.1 * r.sum(1, keepdims=True)
"""


def test_of_many_runs_at_once_the_first_is_looked_at():
    """Its parameters are ours, and what is seen is its own."""
    u, v = expected(*START.values())
    r = np.array([0.5 + 1.5 - 1, 4 + 1.5 - 3])

    got = after_a_turn(MANY)

    assert np.allclose(got[0], u)
    assert np.allclose(got[1], v)
    seen = dict(asked(DATA, MANY)["steps"][0]["turns"][0]["seen"])
    assert np.allclose(seen["r"], r)
    assert np.allclose(seen["losses[...]"], (r**2).sum())


@pytest.mark.parametrize(
    "mixed", ["r.sum()", "r.mean(0).sum()", "-r.sum(1, keepdims=True)"]
)
def test_many_runs_that_get_into_each_other_are_no_right_step(mixed: str):
    """The others start elsewhere, so that a sum over all runs is another step."""
    start_v = START["v"]
    u, v = expected(*START.values())

    got = after_a_turn(MANY.replace("r.sum(1, keepdims=True)", mixed))

    assert np.allclose(got[0], u)
    assert abs((got[1] - start_v) / (v - start_v) - 1).min() > 0.05


def test_axes_of_other_lengths_are_no_runs():
    """Three of u and four of v are not one training."""
    source = MANY.replace("np.zeros((3, 1))", "np.zeros((4, 1))").replace("+ v -", "-")

    assert asked(DATA, source)["steps"] == []


OUTDATED = INLINE.replace("u -= 0.1", "u -= {factor}") + "losses = np.array(losses)\n"


@pytest.mark.parametrize("factor", [0.1, -0.1])
@pytest.mark.parametrize("around", ["", "while True:"])
def test_a_cell_is_run_again_where_its_end_leaves_no_way_to_a_turn(
    factor: float, around: str
):
    """The list is an array in the end; another run of the cell has it as it was."""
    source = OUTDATED.format(factor=factor)
    if around:
        begin, _, end = source.rpartition("losses = ")
        source = (
            f"while True:{begin.replace(chr(10), chr(10) + '    ')}break\nlosses = {end}"
        )
    start_u, start_v = START.values()
    u, v = expected(start_u, start_v)

    got = after_a_turn(source)

    assert np.allclose(got[0] - start_u, (u - start_u) * factor / 0.1)
    assert np.allclose(got[1], v)


def test_a_cell_that_fails_on_its_way_is_told():
    """Nothing is found where the second run ends before the loop."""
    source = "if once: 1 / 0\nonce.append(1)\n" + OUTDATED.format(factor=0.1)
    value = asked(f"{DATA}\nonce = []", source)

    assert value["steps"] == []
    assert value["tried"] == ["its cell does not get to a loop of the notebook"]


def test_what_a_function_holds_on_to_is_copied():
    """A turn on copies leaves the original's array; what two share stays shared."""
    kept = np.zeros(2)

    def move() -> None:
        kept[...] -= 1

    def now() -> object:
        return kept.tolist()

    made = duplicated({"__name__": __name__, "move": move, "now": now})
    made["move"]()

    assert made["now"]() == [-1, -1]
    assert now() == [0, 0]


BATCHED = """
def train_batch(p, i, lr):
    r = x[i] @ p[0] + p[1] - t[i]
    return [p[0] - lr * x[i].T @ r, p[1] - lr * r.sum()]
p = [np.zeros(2), 0.0]
for epoch in range(9):
    for i in np.random.permutation(2):
        p = train_batch(p, [i], 0.1)
"""


def test_a_rate_that_is_written_out_is_found_by_what_it_does():
    """Around batches a small turn is the whole step; the rate is a number of the call."""
    _, around = asked(DATA, BATCHED)["steps"]
    small = next(turn for turn in around["turns"] if turn["small"])
    names = [name for name, _ in around["places"]]
    moved = {
        name: (np.ravel(b) - np.ravel(a)) * 1e3
        for name, a, b in zip(names, small["before"], small["after"], strict=True)
    }
    u, v = expected(*START.values())

    assert around["rate"] == [0.1]
    assert np.allclose(moved["u"], u - np.array(START["u"]), rtol=1e-3)
    assert np.allclose(moved["v"], v - START["v"], rtol=1e-3)


LEAKY = """
p = [np.zeros(2), 0.0]
for epoch in range(9):
    r = x @ p[0] + p[1] - t
    r = np.where(r > 0, r, 0.1 * r)
    p = [a - 0.1 * b for a, b in zip(p, [x.T @ r, r.sum()])]
"""


def test_two_equal_numbers_are_not_one_rate():
    """A slope that is 0.1 as well stays what it is where the rate is made small."""
    (step,) = asked(DATA, LEAKY)["steps"]
    turn = next(turn for turn in step["turns"] if turn["small"] and turn["point"] == 1)
    x = np.array([[1.0, 0.0], [0.0, 2.0]])
    r = np.array([0.25, 0.1 * -4.75])
    names = [name for name, _ in step["places"]]
    before, after = (
        dict(zip(names, turn[key], strict=True)) for key in ("before", "after")
    )

    assert np.allclose(1e4 * (np.ravel(before["u"]) - np.ravel(after["u"])), x.T @ r)
    assert np.allclose(1e4 * (np.ravel(before["v"]) - np.ravel(after["v"])), r.sum())


def test_the_students_variables_stay_as_they_are():
    """A step works on copies: a second one gives what the first gave."""
    one, other = (asked(DATA, INLINE)["steps"][0]["turns"] for _ in range(2))

    assert one == other


def test_names_that_a_later_cell_rebinds_are_those_of_the_loops_cell():
    """`losses` is a list in its own cell, though an array in the end."""
    value = asked(DATA, LATER, "losses = np.array(losses); u = 'done'")

    assert len(value["steps"]) == 1


def test_small_steps_use_the_rate_that_has_a_name():
    """At a rate of 1e-4 nothing moves far; without a name there is no small step."""
    (step,) = asked(DATA, CLASS)["steps"]
    small = next(turn for turn in step["turns"] if turn["small"])
    moved = np.ravel(small["after"][0]) - np.ravel(small["before"][0])

    assert 0 < np.abs(moved).max() < 1e-2
    assert not any(turn["small"] for turn in asked(DATA, INLINE)["steps"][0]["turns"])


SINGLE = """
def walk(pfiff=0.1, decay=0.5, laps=9):
    u, v = np.zeros(2), 0.0
    for lap in range(laps):
        decay = decay * 0.5
        for i in range(2):
            r = x[i] @ u + v - t[i]
            u = u - pfiff * r * x[i]
            v = v - pfiff * r
    return u, v
print(walk())
"""


def test_a_rate_of_any_name_is_found_by_what_it_does():
    """Half as much of it, half as far; the small turn is then the batch's."""
    step = asked(DATA, SINGLE)["steps"][-1]
    small = next(turn for turn in step["turns"] if turn["small"])
    moved = np.ravel(small["after"][0]) - np.ravel(small["before"][0])
    u, v = expected(*START.values())
    want = {"u": u - START["u"], "v": v - START["v"]}[step["places"][0][0]]

    assert step["rate"] == [0.1]
    assert step["inside"] is True
    assert np.allclose(
        moved / np.linalg.norm(moved), want / np.linalg.norm(want), rtol=0.01
    )


def test_a_number_that_moves_only_some_parameters_is_no_rate():
    """The slope scales the step of u and not that of v; 0.1 has no name."""
    source = "k = 1.0\n" + INLINE.replace("x.T @ r", "k * x.T @ r")
    (step,) = asked(DATA, source)["steps"]

    assert step["rate"] == []
    assert step["inside"] is False
    assert not any(turn["small"] for turn in step["turns"])


def test_what_is_computed_on_the_way_is_seen():
    """Variables of functions, their results, and the ends of lists."""
    (step,) = asked(DATA, CLASS)["steps"]
    names = {name for name, _ in step["turns"][0]["seen"]}

    assert {"r", "residual()"} <= names


def test_a_parameter_that_stands_still_is_told_by_its_name():
    """V is not trained; it is one of the parameters all the same."""
    source = INLINE.replace("    v -= 0.1 * r.sum()\n", "")
    (step,) = asked(DATA, source)["steps"]
    names = [name for name, _ in step["places"]]
    first = step["turns"][0]

    place = names.index("v")
    assert first["before"][place] == first["after"][place] == 1.5


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("for i in range(3): print(i)", "does not change parameters"),
        ("u = np.zeros(2)\nfor i in range(3): u = u + undefined", "raised NameError"),
    ],
)
def test_loops_that_are_no_step_are_told(source: str, told: str):
    """Nothing is found, and it is said what was tried."""
    value = asked(DATA, source)

    assert value["steps"] == []
    assert told in value["tried"][0]


def test_data_of_the_student_may_be_replaced():
    """Wrong data that was charged elsewhere does not make the step wrong."""
    wrong = DATA.replace("[1., 3.]", "[7., 7.]")
    (step,) = asked(wrong, CLASS, instead=(((7.0, 7.0), (1.0, 3.0)),))["steps"]

    after = dict(
        zip([n for n, _ in step["places"]], step["turns"][0]["after"], strict=True)
    )
    assert np.allclose(np.ravel(after["u"]), expected(*START.values())[0])
