"""Start the runner or the kernel of one box.

In:   argv: "runner FOLDER" or "kernel CONNECTION_FILE OUTPUT_BYTES EVIDENCE_BYTES".
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
ROLES = {
    "runner": ("wire", "reap", "client", "asking", "runner"),
    "kernel": (
        "encode",
        "inspecting",
        "hooks",
        "artists",
        "drawing",
        "candidates",
        "probing",
        "networks",
        "shell",
        "agent",
        "kernel",
    ),
}


class _Loader(importlib.machinery.SourceFileLoader):
    """Gives a module builtins of its own before its first line runs."""

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = dict(vars(builtins))
        super().exec_module(module)


def load(name: str) -> types.ModuleType:
    """Load one sibling as `_box.<name>`."""
    full, path = f"_box.{name}", str(HERE / f"{name}.py")
    spec = importlib.util.spec_from_file_location(full, path, loader=_Loader(full, path))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Load a role's modules in the order of their needs and run the last one."""
    package = types.ModuleType("_box")
    package.__path__ = []
    package.__dict__["load"] = load
    sys.modules["_box"] = package
    for name in ROLES[sys.argv[1]]:
        setattr(package, name, load(name))
    return int(sys.modules[f"_box.{name}"].main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
