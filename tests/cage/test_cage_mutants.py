"""Leave out one wall, flag, limit or rule at a time: each loss has to be noticed.

`python tests/cage/mutants.py` prints the whole table; here is one step of each kind.
"""

import pytest
from conftest import IS_ROOT, run_in
from test_cage_guarantees import tried

from grader.run.inside.cage.layers import LAYERS

EQUIVALENT = {
    ("L1", "traces"): "no box may read /proc",
    ("L1", "kills"): "Landlock bounds signals from ABI 6 on; see the test with ABI 4",
}
"""Mutants that change nothing, and why."""
AS_PLAIN = {"metadata", "scope"}
"""Layers that protect a user from itself: a box of root's is another user anyway."""
ROOTS_OWN = {"identity", "capabilities", "user"}
"""Layers by which root becomes somebody; others are somebody already."""


def mutants(level):
    return sorted(LAYERS[level] - {name for lv, name in EQUIVALENT if lv == level})


def noticed(kind, level, name, abi=99):
    whole, found = tried(kind, level, (), abi), tried(kind, level, (name,), abi)
    new = {
        attack
        for attack, state in found["findings"].items()
        if state == "possible" and whole["findings"].get(attack) != "possible"
    }
    return bool(new) or not found["findings"]


LEVELS = ("L3", "L2", "L1") if IS_ROOT else ("L2", "L1")
CASES = [(level, name) for level in LEVELS for name in mutants(level)]


@pytest.mark.parametrize(("level", "name"), CASES)
def test_the_loss_of_a_layer_is_noticed(level, name):
    """A missing layer opens an attack that was closed, or no box starts at all."""
    if name in ROOTS_OWN and not IS_ROOT:
        pytest.skip("only root has something to give up")
    kind = "plain" if name in AS_PLAIN else "open"

    assert noticed(kind, level, name)


def test_the_loss_of_the_guard_on_signals_is_noticed():
    """Where Landlock does not bound signals, the filter's loss is seen."""
    assert noticed("plain", "L1", "kills", 4)


def steps_missed(level):
    import mutants

    return [loss.step for loss in mutants.losses(level, each_kind=True) if not loss.by]


@pytest.mark.parametrize("level", [LEVELS[0], "L1"])
def test_the_loss_of_a_step_is_noticed(level):
    """Each flag of a namespace or mount, each limit, property, right and group setting."""
    assert run_in("open", steps_missed, level) == []


def rules_missed(level):
    import filtering

    found = filtering.noticed(level)
    return len(found), [rule for rule, changed in found.items() if not changed]


@pytest.mark.skipif(not IS_ROOT, reason="a plain user is refused much without a filter")
@pytest.mark.parametrize("level", ["L3", "L2", "L1"])
def test_the_loss_of_a_rule_is_noticed(level):
    """Without its rule each call that the filter looks at ends in another way."""
    count, missed = run_in("root", rules_missed, level)

    assert count > 80
    assert missed == []


def test_a_level_with_a_missing_layer_is_not_called_by_its_name():
    """An open attack that the level should stop undoes the level."""
    found = tried("open", "L2", ("net",))

    assert not found["holds"]
    assert found["reason"].startswith("not stopped: ")
    assert "tcp" in found["reason"]
