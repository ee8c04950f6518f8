"""Do something once, right after a library has been imported.

In:   the name of a module, and what to do with it.
Out:  nothing.
Touches: sys.meta_path, one finder at its front; an import behaves as without it.
"""

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

Action = Callable[[Any], None]


class _Finder:
    """Lets the other finders find, and wraps the loader of a watched module."""

    def __init__(self) -> None:
        self.actions: dict[str, list[Action]] = {}
        self.busy: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self.actions or name in self.busy:
            return None
        self.busy.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.busy.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            self._wrap(name, spec.loader)
        return spec

    def _wrap(self, name: str, loader: Any) -> None:
        original = loader.exec_module

        def exec_module(module: Any) -> None:
            original(module)
            for action in self.actions.pop(name, []):
                run(action, module)

        loader.exec_module = exec_module


_finder = _Finder()


def run(action: Action, module: Any) -> None:
    """Run an action; a failure of it is ours and must not reach the student."""
    try:
        action(module)
    except Exception as error:
        print(f"box: {module!r}: {error!r}", file=sys.__stderr__)


def after_import(name: str, action: Action) -> None:
    """Run `action(module)` now if the module is loaded, else when it has been."""
    if name in sys.modules:
        run(action, sys.modules[name])
        return
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    _finder.actions.setdefault(name, []).append(action)
