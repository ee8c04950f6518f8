"""Ticks that nobody asks for are not made; those that are made are as they would be."""

import io
import pickle

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")

from matplotlib.figure import Figure  # noqa: E402

from grader.run.inside import ticks  # noqa: E402

AXIS = matplotlib.axis.Axis


@pytest.fixture
def late(monkeypatch):
    """Have ticks made late, in this test only."""
    for name in (*ticks.LISTS, *ticks.METHODS):
        monkeypatch.setattr(AXIS, name, vars(AXIS)[name])
    return lambda: ticks.make_late(matplotlib.axis)


def picture(figure):
    """Draw a figure; shape (height, width, 4)."""
    file = io.BytesIO()
    figure.savefig(file, format="rgba", dpi=60)
    return np.frombuffer(file.getvalue(), np.uint8)


def test_new_axes_have_no_ticks(late):
    """Neither an empty panel nor one with a curve makes any until it is drawn."""
    late()
    axes = Figure().subplots()
    axes.plot([0, 1], [0, 1])
    axes.grid(visible=True)
    before = ticks.missing(axes.xaxis), ticks.missing(axes.yaxis)

    picture(axes.figure)

    assert before == (["majorTicks", "minorTicks"], ["majorTicks", "minorTicks"])
    assert "majorTicks" not in ticks.missing(axes.xaxis)


def themed():
    """Axes whose look was set only while they were made."""
    with matplotlib.rc_context({"xtick.color": "red", "ytick.major.size": 20.0}):
        made = Figure()
        made.subplots().plot([0, 1], [0, 1])
    return made


def cleared():
    """Axes that are cleared under another look than they were made."""
    made = themed()
    made.axes[0].clear()
    made.axes[0].grid(visible=True, color="green")
    return made


def clipped():
    """An axis with a clip path of its own, set when one list of ticks exists."""
    made = themed()
    made.axes[0].minorticks_on()
    made.axes[0].grid(visible=True, which="both")
    made.axes[0].xaxis.get_minor_ticks(3)
    made.axes[0].xaxis.set_clip_path(matplotlib.patches.Circle((200, 200), 100))
    return made


def shared():
    """Panels that show their labels only outside."""
    made = Figure()
    made.subplots(2, 2, sharex=True, sharey=True)[0, 0].plot([0, 1], [3, 4])
    return made


@pytest.mark.parametrize("make", [themed, cleared, clipped, shared])
def test_late_ticks_look_as_made_at_once(make, late):
    """Settings, clipping and switches are those of the moment when they were set."""
    want = picture(make())
    late()

    assert (picture(make()) == want).all()


def test_settings_are_put_back(late):
    """What is drawn afterwards has today's settings."""
    late()
    made = themed()
    now = dict(matplotlib.rcParams)

    picture(made)

    assert dict(matplotlib.rcParams) == now


@pytest.mark.parametrize(
    "settings",
    [
        {"color": "no colour"},
        {"labelsize": "no size"},
        {"reset": True, "color": "no colour"},
    ],
)
def test_a_mistake_is_an_error_where_it_is_made(settings, late):
    """A wrong look raises when it is set, not when somebody draws."""
    late()
    axes = Figure().subplots()

    with pytest.raises(ValueError, match=r"no |Size is invalid"):
        axes.tick_params(**settings)


def test_a_figure_can_still_be_pickled(late):
    """A figure without ticks survives, and draws the same."""
    late()
    made = themed()

    again = pickle.loads(pickle.dumps(made))  # noqa: S301 -- our own, of this process

    assert (picture(again) == picture(made)).all()


def test_another_axis_is_left_alone(late):
    """Three dimensions have axes of their own kind."""
    late()
    axes = Figure().add_subplot(projection="3d")

    assert ticks.HELD not in vars(axes.xaxis)


def test_another_matplotlib_is_left_alone(late, monkeypatch):
    """Without its lazy lists, nothing is changed."""
    monkeypatch.setattr(AXIS, "majorTicks", [])
    methods = dict(vars(AXIS))
    late()

    assert dict(vars(AXIS)) == methods
