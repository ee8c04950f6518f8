"""The shape of the package: data flows one way, files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

ROOT = Path(grader.__file__).parent
STAGES = {"intake", "run", "evidence", "find", "checks", "judge", "mark", "sheet", "report",
          "store", "rubric", "reference", "repair"}  # fmt: skip
CORE = {"model", "errors"}
ORDER = {"pipeline"}
APPS = {"cli", "audit", "__main__"}
# The judge is made of finders and checks; stored evidence is spelled by the evidence stage.
INSIDE_A_STAGE = {("judge", "find"), ("judge", "checks"), ("store", "evidence")}
LONGEST = 300
BOX = ROOT / "run" / "inside"


def _modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def _part(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _own(path: Path) -> set[str]:
    """Parts of the package that a module imports, its own not counted."""
    found = {name.split(".")[1] for name in _imports(path) if name.startswith("grader.")}
    parts = STAGES | CORE | ORDER | APPS
    return (found & parts) - {_part(path)}


def test_every_part_has_its_place():
    """A new part of the package says what it is: core, stage, order or app."""
    parts = {_part(path) for path in _modules()} - {"__init__"}

    assert parts == STAGES | CORE | ORDER | APPS


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_stages_do_not_import_each_other(stage):
    """A stage sees the model and the errors, and no other stage."""
    paths = [path for path in _modules() if _part(path) == stage]

    seen = {(stage, part) for path in paths for part in _own(path) if part not in CORE}

    assert paths
    assert seen <= INSIDE_A_STAGE


def test_the_core_imports_nothing_of_ours():
    """The model is at the bottom."""
    seen = {part for path in _modules() if _part(path) in CORE for part in _own(path)}

    assert seen <= CORE


def test_only_apps_import_the_order():
    """Nothing below knows in which order it is called."""
    users = {_part(path) for path in _modules() if "pipeline" in _own(path)}

    assert users <= APPS


def test_what_runs_in_the_box_imports_nothing_of_ours():
    """The code beside the student's knows no rubric, no check and no store."""
    names = {name for path in BOX.rglob("*.py") for name in _imports(path)}

    assert not {name for name in names if name.split(".")[0] == "grader"}


@pytest.mark.parametrize("library", ["torch", "matplotlib", "zmq", "IPython"])
def test_the_host_never_imports_what_runs_student_code(library):
    """Kernels, tensors and figures stay in the box."""
    users = [
        path
        for path in _modules()
        if BOX not in path.parents and library in {n.split(".")[0] for n in _imports(path)}
    ]

    assert users == []


def test_pandas_stays_in_the_sheet():
    """Tables are made in one stage."""
    names = {p: {n.split(".")[0] for n in _imports(p)} for p in _modules()}
    users = {
        _part(p) for p, found in names.items() if "pandas" in found and BOX not in p.parents
    }

    assert users == {"sheet"}


@pytest.mark.parametrize("name", ["pickle", "dill", "joblib", "marshal", "shelve"])
def test_nothing_is_ever_unpickled(name):
    """Not on the host, not in the box."""
    users = [p for p in _modules() if name in {n.split(".")[0] for n in _imports(p)}]

    assert users == []


def test_files_stay_small():
    """Past 300 lines a file is two files."""
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in _modules()
    }

    assert {path: n for path, n in lengths.items() if n > LONGEST} == {}


def test_every_module_says_what_it_does():
    """A stranger knows which file to open."""
    silent = [
        path.relative_to(ROOT)
        for path in _modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_every_open_names_its_encoding():
    """Text is UTF-8 on every machine."""
    bare = []
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            keywords = {keyword.arg for keyword in node.keywords}
            if node.func.attr in ("read_text", "write_text") and "encoding" not in keywords:
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert bare == []
