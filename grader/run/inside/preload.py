"""Import, once, what notebooks, the kernel and the runner need.

In:   nothing.
Out:  the modules that only the runner needs, by name; a kernel does not show them.
Touches: sys.modules. No thread, no event loop, no zmq context and no figure is left.
"""

import contextlib
import gc
import importlib
import os
import sys
from typing import Any

from . import KERNEL, RUNNER, load  # type: ignore[attr-defined]

COURSE = (
    "numpy",
    "numpy.testing",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.sparse.linalg",
    "scipy.stats",
    "pandas",
    "torch",
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
    "torch._dynamo",  # every optimizer imports it when it is made, which takes a second
    "torchvision",
    "sklearn.datasets",
    "sklearn.linear_model",
    "seaborn",
    "sympy",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "mpl_toolkits.mplot3d.axes3d",
    "matplotlib_inline.backend_inline",
)
JUPYTER = (
    "pdb",
    "faulthandler",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.unicode_escape",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "ipykernel.zmqshell",
    "tornado.platform.asyncio",
    "tornado.queues",
    "zmq.utils.garbage",
)
STEPS = ((0, 1), (0, 5), (0, 20), (0, 50), (1, 1), (1, 5), (2, 5), (2, 25))
USUAL = [
    f"{sign}{n / 10**places:.{places}f}"
    for sign in ("", "\N{MINUS SIGN}")
    for places, step in STEPS
    for n in range(0, 11 * step, step)
]
"""What stands at most axes; shaping a text costs more than drawing it."""
FONTS = (
    ("matplotlib.font_manager", "_get_font"),
    ("matplotlib.mathtext", "MathTextParser._parse_cached"),
)
INLINE = "matplotlib_inline.backend_inline"


def everything() -> frozenset[str]:
    """Import all of it; what this environment does not have is left out."""
    for name in (*COURSE, *JUPYTER):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in KERNEL:
        load(name)
    if "torch" in sys.modules:
        load("tracing")
    draw_once()
    close_fonts()
    forget(INLINE)
    known = set(sys.modules)
    for name in RUNNER:
        load(name)
    sys.modules["_box.runner"].versions()
    gc.collect()
    new = set(sys.modules) - known
    return frozenset(n for n in new if n.split(".")[0] not in sys.stdlib_module_names)


def draw_once() -> None:
    """Draw a figure that belongs to no pyplot: fonts are found, usual labels are known."""
    figure_module: Any = sys.modules.get("matplotlib.figure")
    if figure_module is None:
        return
    figure = figure_module.Figure(figsize=(4, 2))
    axes = figure.subplots(1, 2)
    axes[0].plot([0, 1], [0, 1], label="$x^2$")
    axes[0].legend()
    axes[0].set_title("$\\lambda$")
    axes[1].imshow([[0, 1], [2, 3]])
    axes[1].contour([[0, 1], [2, 3]])
    axes[0].set_xticks(range(len(USUAL)), USUAL)
    axes[0].set_yticks(range(len(USUAL)), USUAL)
    axes[0].set(xlim=(-1, len(USUAL)), ylim=(-1, len(USUAL)))
    sys.modules["_box.rendering"].Pictures(1).draw(figure)


def close_fonts() -> None:
    """Drop every font that is held: each reads its glyphs from an open file when asked.

    A fork closes that file, and the font would read from whatever has its number then.
    """
    for module, path in FONTS:
        held: Any = sys.modules.get(module)
        for part in path.split("."):
            held = getattr(held, part, None)
        if held is not None:
            held.cache_clear()
    gc.collect()


def open_files() -> list[str]:
    """Name the ordinary files that are open beyond the three of every process."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            target = os.readlink(f"/proc/self/fd/{number}")
            if int(number) > 2 and os.path.isfile(target):
                found.append(target)
    return found


def forget(name: str) -> None:
    """Let a module be imported anew, since its import does something in a kernel."""
    sys.modules.pop(name, None)
    package, _, last = name.rpartition(".")
    vars(sys.modules.get(package, object)).pop(
        last, None
    ) if package in sys.modules else None
