"""The pictures that people look at: cheap, and the same as matplotlib's own."""

import io

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from PIL import Image  # noqa: E402

from grader.run.inside import rendering, texts, thrift, ticks  # noqa: E402

X = np.linspace(-2, 2, 40)


def plain(axes):
    axes.plot(X, X**2)


def labelled(axes):
    axes.plot(X, X**2, label="square")
    axes.set(xlabel="$x$", ylabel="$x^2$", title="a title")
    axes.legend()


def offset(axes):
    axes.plot(X, 1e9 + 1e3 * X)
    axes.set_title("an offset under a title")


def on_top(axes):
    axes.matshow(np.outer(X, X))
    axes.set_title("ticks on top")


def turned(axes):
    axes.bar(["one", "two", "three"], [1, 2, 3])
    axes.tick_params(axis="x", rotation=60)
    axes.grid(visible=True, which="both")


def logarithmic(axes):
    axes.loglog(10**X, 10 ** (2 * X))
    axes.set_xlabel("many ticks")


def minor(axes):
    axes.plot(X, X)
    axes.minorticks_on()
    for label in axes.get_xticklabels():
        label.set_color("red")


def twinned(axes):
    axes.plot(X, X)
    axes.twinx().plot(X, 1e7 * X, color="red")
    axes.set_title("two axes")


def coloured(axes):
    image = axes.imshow(np.outer(X, X), cmap="prism")
    axes.figure.colorbar(image, label="height")


def turned_round(axes):
    axes.plot(X, X)
    axes.yaxis.set_label_position("right")
    axes.yaxis.tick_right()
    axes.xaxis.set_ticks([-1, 0, 1], ["a", "b", "c"])


ALL = [plain, labelled, offset, on_top, turned, logarithmic, minor, twinned, coloured]
ALL += [turned_round]


def figure(draw, **settings):
    """Make one figure with two panels, both drawn."""
    made = Figure(figsize=(8, 3), **settings)
    for axes in made.subplots(1, 2):
        draw(axes)
    return made


def pixels(data):
    """Read a PNG; shape (height, width, 4)."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


@pytest.mark.parametrize("layout", [None, "tight", "constrained"])
@pytest.mark.parametrize("draw", ALL)
def test_thrift_does_not_show(draw, layout, monkeypatch):
    """Every pixel is the one that matplotlib draws when nothing is left out."""
    monkeypatch.setattr(texts, "changes", lambda *_: ())
    want = pixels(rendering.printed(figure(draw, layout=layout), "png", 60.0, None))

    got = pixels(rendering.Pictures(9).draw(figure(draw, layout=layout)))

    assert got.shape == want.shape == (180, 480, 4)
    assert (got == want).all()


@pytest.fixture
def late(monkeypatch):
    """Have ticks made late, in this test only."""
    for name in (*ticks.LISTS, *ticks.METHODS):
        monkeypatch.setattr(matplotlib.axis.Axis, name, vars(matplotlib.axis.Axis)[name])
    return lambda: ticks.make_late(matplotlib.axis)


@pytest.mark.parametrize("layout", [None, "tight", "constrained"])
@pytest.mark.parametrize("draw", ALL)
def test_late_ticks_do_not_show(draw, layout, late):
    """Every pixel is the one of ticks that were made at once."""
    want = pixels(rendering.printed(figure(draw, layout=layout), "png", 60.0, None))
    late()
    got = pixels(rendering.printed(figure(draw, layout=layout), "png", 60.0, None))

    assert (got == want).all()


def ink(data):
    """Return how dark every pixel of a PNG is, 0 to 1; shape (height, width)."""
    return 1 - pixels(data)[..., :3].mean(-1) / 255


def blurred(dark):
    """Return the mean darkness of every square of three by three pixels."""
    views = np.lib.stride_tricks.sliding_window_view(dark, (3, 3))
    return views.mean((-1, -2))


@pytest.mark.parametrize("layout", [None, "tight"])
@pytest.mark.parametrize("draw", ALL)
def test_texts_lie_where_they_did(draw, layout):
    """A remembered text is off by less than a pixel, the first time and the second."""
    want = ink(rendering.printed(figure(draw, layout=layout), "png", 60.0, None))

    for _ in range(2):
        got = ink(rendering.Pictures(9).draw(figure(draw, layout=layout)))

        assert got.shape == want.shape
        assert abs(got.sum() / want.sum() - 1) < 0.03
        assert np.abs(blurred(got) - blurred(want)).max() < 0.45


def test_another_text_is_another_picture():
    """Words, size and colour of a text are those of its figure, not of one before."""
    made = [figure(plain) for _ in range(4)]
    made[1].axes[0].set_title("other words")
    made[2].axes[0].set_title("other words", size=18)
    made[3].axes[0].set_title("other words", color="red")

    assert len({rendering.Pictures(9).draw(one) for one in made}) == 4


def test_memories_have_an_end(monkeypatch):
    """Ever new texts do not take ever more memory."""
    monkeypatch.setattr(texts, "MOST", 20)

    for i in range(30):
        one = figure(plain)
        one.axes[0].set_title(f"number {i}")
        rendering.Pictures(9).draw(one)

    assert max(len(texts._layouts), len(texts._stamps)) <= 20


def test_three_dimensions_are_drawn_as_ever(monkeypatch):
    """Axes of another kind are left alone."""
    monkeypatch.setattr(texts, "changes", lambda *_: ())

    def made():
        one = Figure(figsize=(4, 4))
        axes = one.add_subplot(projection="3d")
        axes.plot_surface(*np.meshgrid(X, X), np.outer(X, X))
        axes.set_title("a surface")
        return one

    want = pixels(rendering.printed(made(), "png", 60.0, None))

    assert (pixels(rendering.Pictures(9).draw(made())) == want).all()


def test_a_figure_is_left_as_it_was():
    """Neither its ticks, its size nor matplotlib's classes keep a trace."""
    one = figure(minor)
    axis = one.axes[0].xaxis
    ticks, methods = len(axis.majorTicks), dict(vars(type(axis)))

    rendering.Pictures(9).draw(one)

    assert len(axis.majorTicks) == ticks
    assert dict(vars(type(axis))) == methods
    assert (one.dpi, tuple(one.get_size_inches())) == (100, (8, 3))


def test_a_drawing_that_fails_leaves_no_trace():
    """What is left out is put back even when drawing raises."""
    draw = matplotlib.axis.Axis.draw

    with pytest.raises(ZeroDivisionError), thrift.drawing(figure(plain)):
        raise ZeroDivisionError

    assert matplotlib.axis.Axis.draw is draw


def test_pictures_have_an_end():
    """The last figure that is due is drawn; one more, and one without axes, is not."""
    pictures = rendering.Pictures(1)

    shown = [pictures.draw(one) for one in (Figure(), figure(plain), figure(plain))]

    assert [one is None for one in shown] == [True, False, True]


def test_a_huge_figure_makes_a_small_picture():
    """The longer side has at most 1600 pixels."""
    assert pixels(rendering.picture(Figure(figsize=(200, 100)))).shape == (800, 1600, 4)


def test_a_legend_outside_is_seen():
    """A legend beside the axes makes the picture larger than the figure."""
    one = figure(labelled)
    one.axes[1].legend(["far outside"], bbox_to_anchor=(1.05, 1), loc="upper left")

    assert pixels(rendering.picture(one)).shape[1] > 480


def test_transparency_is_kept():
    """A figure without background has none in its picture."""
    one = figure(plain, facecolor="none")

    assert pixels(rendering.picture(one))[0, 0, 3] == 0


def test_pyplot_is_not_asked():
    """Drawing opens and closes no figure of pyplot's."""
    before = plt.get_fignums()

    rendering.Pictures(9).draw(figure(plain), base64=True)

    assert plt.get_fignums() == before
