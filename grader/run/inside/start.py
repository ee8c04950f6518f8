"""Start the runner or the kernel of one box, or the warm parent of many.

In:   argv: "runner FOLDER", "kernel CONNECTION_FILE OUTPUT_BYTES EVIDENCE_BYTES
      PICTURES [cards]" or "parent DESCRIPTOR".
Out:  the exit status of that role.
Touches: sys.modules, where the siblings of this file appear as `_box.*`; sys.path does
      not change. Every sibling gets a private copy of the builtins, so that a student's
      `builtins.len = 3` cannot reach it.
"""

import builtins
import importlib.machinery
import importlib.util
import sys
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNNER = ("wire", "reap", "provisioner", "messages", "client", "asking", "runner")
KERNEL = (
    "encode",
    "inspecting",
    "hooks",
    "artists",
    "straight",
    "drawing",
    "candidates",
    "probing",
    "networks",
    "places",
    "copies",
    "shapes",
    "watching",
    "loops",
    "cells",
    "rates",
    "flat",
    "many",
    "roles",
    "stepping",
    "texts",
    "thrift",
    "ticks",
    "rendering",
    "commands",
    "shell",
    "modest",
    "neutral",
    "standins",
    "devices",
    "agent",
    "kernel",
)
ROLES = {
    "runner": RUNNER,
    "kernel": KERNEL,
    "parent": ("reap", "preload", "forked", "pages", "parent"),
}


class _Loader(importlib.machinery.SourceFileLoader):
    """Gives a module builtins of its own before its first line runs."""

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = dict(vars(builtins))
        super().exec_module(module)


def load(name: str) -> types.ModuleType:
    """Load one sibling as `_box.<name>`, once; a folder is loaded as a package."""
    full, folder = f"_box.{name}", HERE / name
    if full in sys.modules:
        return sys.modules[full]
    inner = [str(folder)] if folder.is_dir() else None
    path = str(folder / "__init__.py" if inner else folder.with_suffix(".py"))
    spec = importlib.util.spec_from_file_location(
        full, path, loader=_Loader(full, path), submodule_search_locations=inner
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    setattr(sys.modules["_box"], name, module)
    return module


def main() -> int:
    """Load a role's modules in the order of their needs and run the last one."""
    package = types.ModuleType("_box")
    package.__path__ = []
    package.__dict__.update(load=load, KERNEL=KERNEL, RUNNER=RUNNER)
    sys.modules["_box"] = package
    for name in ROLES[sys.argv[1]]:
        load(name)
    return int(sys.modules[f"_box.{name}"].main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
