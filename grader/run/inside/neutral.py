"""Let notebooks go on that were written for Colab, for a screen or for another disk.

In:   imports of google.colab; calls of matplotlib.use, ginput, os.chdir, breakpoint.
Out:  notes, in sentences a student understands.
Touches: Python's list of finders; these functions.
"""

import os
import re
import sys
import types
from pathlib import Path
from typing import Any

from .shell import INTERACTIVE, notes

FOREIGN = re.compile(r"[/~\\]|[a-z]:", re.I)
"""How a path begins that leads to a place of one machine."""
NOT_DATA = (".ipynb", ".py", ".pyc")
UPLOADED = 100_000_000
NOBODY = "nobody is there to answer"


class _Colab:
    """Finds `google.colab` where there is none."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        if name == "google.colab":
            notes.add("google.colab is not available here; its calls do nothing.")
        if name == "google" or f"{name}.".startswith("google.colab."):
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        if module.__name__ == "google.colab":
            module.files = types.SimpleNamespace(upload=_uploaded, download=_Nothing())
        if module.__name__ != "google":
            module.__getattr__ = _nothing_of


class _Nothing:
    """Does nothing, whatever it is asked."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        return _nothing_of(name)


def _nothing_of(name: str) -> _Nothing:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Nothing()


def _uploaded(*args: Any, **kwargs: Any) -> dict[str, bytes]:
    """Answer files.upload() with the data that lies beside the notebook."""
    beside = sorted(path for path in Path().iterdir() if path.is_file())
    data = [p for p in beside if p.suffix not in NOT_DATA and not p.name.startswith(".")]
    if sum(path.stat().st_size for path in data) > UPLOADED:
        data = []
    listed = ", ".join(path.name for path in data) or "no file, as none was handed in"
    notes.add(f"files.upload() was answered with {listed}.")
    return {path.name: path.read_bytes() for path in data}


def neutralise_colab() -> None:
    """Let notebooks that were written on Colab go on."""
    sys.meta_path.append(_Colab())


def neutralise_backends(matplotlib: Any) -> None:
    """Let matplotlib.use() with an interactive backend do nothing."""
    original = matplotlib.use

    def use(backend: Any, **kwargs: Any) -> Any:
        name = backend.lower() if type(backend) is str else ""
        if name.startswith((*INTERACTIVE, "macosx")):
            notes.add(f"matplotlib.use({backend!r}) was ignored; figures are inline.")
            return None
        return original(backend, **kwargs)

    matplotlib.use = use


def neutralise_switch(pyplot: Any) -> None:
    """Let plt.switch_backend() to an interactive backend do nothing."""
    original = pyplot.switch_backend

    def switch_backend(newbackend: Any) -> Any:
        name = newbackend.lower() if type(newbackend) is str else ""
        if name.startswith((*INTERACTIVE, "macosx")):
            notes.add(
                f"plt.switch_backend({newbackend!r}) was ignored; figures are inline."
            )
            return None
        return original(newbackend)

    pyplot.switch_backend = switch_backend


def neutralise_waiting(figure: Any) -> None:
    """Let a figure not wait for clicks and keys."""

    def ginput(self: Any, *args: Any, **kwargs: Any) -> list[Any]:
        notes.add(f"ginput() was answered with no point: {NOBODY}.")
        return []

    def waitforbuttonpress(self: Any, *args: Any, **kwargs: Any) -> None:
        notes.add(f"waitforbuttonpress() was passed over: {NOBODY}.")

    figure.Figure.ginput = ginput
    figure.Figure.waitforbuttonpress = waitforbuttonpress


def neutralise_folders() -> None:
    """Let os.chdir() to a folder of another machine do nothing."""
    original = os.chdir

    def chdir(path: Any) -> None:
        try:
            original(path)
        except OSError:
            if type(path) is not str or not FOREIGN.match(path):
                raise
            notes.add(f"The folder {path[:200]} does not exist here; the notebook stayed.")

    os.chdir = chdir


def neutralise_breaks() -> None:
    """Let breakpoint() be passed over."""

    def passed(*args: Any, **kwargs: Any) -> None:
        notes.add(f"breakpoint() was passed over: {NOBODY}.")

    sys.breakpointhook = passed


def neutralise_debugger(pdb: Any) -> None:
    """Let pdb.set_trace() be passed over."""

    def set_trace(*args: Any, **kwargs: Any) -> None:
        notes.add(f"pdb.set_trace() was passed over: {NOBODY}.")

    pdb.set_trace = set_trace
