"""Let notebooks go on that were written for Colab or for a screen.

In:   imports of google.colab, calls of matplotlib.use.
Out:  notes, in sentences a student understands.
Touches: Python's list of finders; matplotlib's function `use`.
"""

import sys
import types
from typing import Any

from .shell import INTERACTIVE, notes


class _Colab:
    """Finds `google.colab` where there is none."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        if name == "google.colab":
            notes.add("google.colab is not available here; its calls do nothing.")
            return ModuleSpec(name, self)  # type: ignore[arg-type]
        if name == "google":
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        if module.__name__ == "google.colab":
            module.drive = types.SimpleNamespace(mount=_nothing, flush_and_unmount=_nothing)
            module.files = types.SimpleNamespace(upload=dict, download=_nothing)


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


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
