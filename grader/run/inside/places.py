"""Where a student's variables keep their numbers: read them, copy them, set them.

In:   a namespace of the student's: names, and what they hold.
Out:  places (paths into lists, tuples, dicts, own objects, functions) with their numbers.
Touches: only the namespace it is given.
"""

import collections
import contextlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy

Path = tuple[Any, ...]
"""A name, then keys: of lists and dicts, ".name" of an attribute, a range of a vector,
what a function holds on to (`Held`), one of many runs (`Runs`)."""
MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict)
LARGE = 1_000_000
MOST_PARTS = 24
DEPTH = 4
MOST_PLACES = 80
STOCK = frozenset(["In", "Out", "exit", "quit", "get_ipython", "open"])
_array, _ndarray = numpy.array, numpy.ndarray


class Held(str):
    """A key of a path: a name that a function took from around it and holds on to."""

    __slots__ = ()


class Runs(int):
    """A key of a path: so many runs lie one behind the other; the first one is meant."""

    __slots__ = ()


def hidden(name: Any) -> bool:
    """Tell whether a name is none of the student's variables."""
    return type(name) is not str or name.startswith("_") or name in STOCK


def is_record(value: Any) -> bool:
    """Tell whether a value is a tuple whose entries have names."""
    cls = type(value)
    return tuple in cls.__mro__ and type(vars(cls).get("_fields")) is tuple


def is_own(value: Any) -> bool:
    """Tell whether a value is a plain object of a class that a student wrote."""
    cls = type(value)
    if cls is types.SimpleNamespace:
        return True
    module = sys.modules.get(getattr(cls, "__module__", ""))
    if cls.__module__ == "__main__" or own_file(module):
        return type(getattr(value, "__dict__", None)) is dict and not is_tensor(value)
    return False


def is_own_function(value: Any) -> bool:
    """Tell whether a function is one that a student wrote."""
    name = value.__globals__.get("__name__")
    return bool(name == "__main__" or own_file(sys.modules.get(name)))


def own_file(module: Any) -> bool:
    """Tell whether a module is a file that was handed in."""
    path = getattr(module, "__file__", None)
    libraries = (sys.prefix, sys.base_prefix, "/usr")
    return type(path) is str and not path.startswith(libraries) and "_box" not in path


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a torch tensor."""
    torch: Any = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def is_large(value: Any) -> bool:
    """Tell whether keeping a value costs much memory."""
    if isinstance(value, _ndarray):
        return bool(value.nbytes > LARGE)
    return is_tensor(value) and value.numel() * 8 > LARGE


def is_taped(namespace: dict[str, Any], path: Path) -> bool:
    """Tell whether a place holds a tensor whose gradient a library records."""
    value: Any = namespace.get(path[0])
    for key in path[1:]:
        value = inner(value, key)
    return is_tensor(value) and bool(value.requires_grad)


@contextlib.contextmanager
def shown(module: str, namespace: dict[str, Any], names: set[str]) -> Iterator[None]:
    """Let the methods of classes, which see their module's names, see these ones."""
    home = vars(sys.modules[module])
    kept = {name: home[name] for name in names if name in home and name in namespace}
    for name in kept:
        home[name] = namespace[name]
    try:
        yield
    finally:
        home.update(kept)


def replaced(namespace: dict[str, Any], instead: list[Any]) -> set[str]:
    """Change some arrays: [what they are, what they shall be]; return their names."""
    changed = set()
    for path, array in list(places(namespace).items()):
        for found, wanted in instead:
            if array.size == len(found) > 1 and array.ravel().tolist() == found:
                put(namespace, path, numpy.array(wanted, dtype=float))
                changed.add(str(path[0]))
    return changed


def numbers(value: Any) -> Any:
    """Return a value's numbers as an array of float64; None if it holds none."""
    cls = type(value)
    if cls in (int, float) or isinstance(value, numpy.floating | numpy.integer):
        return _array(float(value))
    if is_tensor(value):
        value = value.detach().cpu().numpy()
    elif cls is list and 0 < len(value) <= MOST_PARTS and _plain(value):
        value = _array(value)
    if isinstance(value, _ndarray) and value.dtype.kind in "fiu" and 0 < value.size <= 64:
        return _array(value, dtype=float)
    return None


def _plain(value: Any) -> bool:
    rows = value if type(value[0]) is list else [value]
    return all(
        type(row) is list
        and len(row) == len(rows[0])
        and all(type(x) in (int, float) or isinstance(x, numpy.floating) for x in row)
        for row in rows
    )


def places(
    namespace: dict[str, Any], read: Callable[[Any], Any] = numbers
) -> dict[Path, Any]:
    """Find every place that holds a few numbers, each container once."""
    found: dict[Path, Any] = {}
    seen: set[int] = set()
    for name, value in list(namespace.items()):
        if not hidden(name) and len(found) < 10 * MOST_PLACES:
            _places((name,), value, found, seen, read)
    return found


def _places(
    path: Path, value: Any, found: dict[Path, Any], seen: set[int], read: Any
) -> None:
    own = read(value)
    if own is not None:
        found[path] = own
        return
    parts = _parts(value, seen)
    if not parts or id(value) in seen or len(path) > DEPTH:
        return
    seen.add(id(value))
    for key, part in parts:
        _places((*path, key), part, found, seen, read)


def _parts(value: Any, seen: set[int]) -> list[tuple[Any, Any]]:
    cls = type(value)
    if cls in (list, tuple) and len(value) <= MOST_PARTS:
        return list(enumerate(value))
    if is_record(value) and len(value) <= MOST_PARTS:
        return [(f".{key}", part) for key, part in zip(cls._fields, value, strict=False)]
    if cls in MAPPINGS and len(value) <= MOST_PARTS:
        return [(key, part) for key, part in value.items() if type(key) in (str, int)]
    if is_own(value):
        return [(f".{key}", part) for key, part in vars(value).items()]
    if cls is types.FunctionType and is_own_function(value):
        return _held(value, seen)
    return []


def _held(function: Any, seen: set[int]) -> list[tuple[Held, Any]]:
    """What a function holds on to; what several of them share is listed once."""
    cells = held(function)
    new = {name: cell for name, cell in cells.items() if id(cell) not in seen}
    seen.update(map(id, new.values()))
    return [(Held(name), cell.cell_contents) for name, cell in new.items()]


def held(function: Any) -> dict[str, Any]:
    """The cells in which a function's outer names are kept, without empty ones."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell for name, cell in cells if cell != types.CellType()}


def inner(value: Any, key: Any) -> Any:
    """What is found in a value under one key of a path."""
    if type(key) is Held:
        return held(value)[key].cell_contents
    if type(key) is Runs:
        return value[0]
    named = type(key) is str and key.startswith(".")
    return getattr(value, key[1:]) if named else value[key]


def get(namespace: dict[str, Any], path: Path) -> Any:
    """Read the numbers at a place; None if there are none any more."""
    value: Any = namespace.get(path[0])
    for key in path[1:]:
        try:
            value = inner(value, key)
        except (AttributeError, KeyError, IndexError, TypeError):
            return None
    return numbers(value)


def put(namespace: dict[str, Any], path: Path, array: Any) -> None:
    """Set the numbers at a place, in the shape and of the type that are there."""
    namespace[path[0]] = _put(namespace[path[0]], path[1:], array)


def _put(value: Any, path: Path, array: Any) -> Any:
    if not path:
        return like(value, array)
    key = path[0]
    if is_record(value):
        items, at = list(value), type(value)._fields.index(key[1:])
        items[at] = _put(items[at], path[1:], array)
        return tuple.__new__(type(value), items)
    if type(key) is Held:
        cell = held(value)[key]
        cell.cell_contents = _put(cell.cell_contents, path[1:], array)
    elif type(key) is Runs:
        value[:] = spread(like(value[0], array), key)
    elif type(key) is str and key.startswith("."):
        setattr(value, key[1:], _put(getattr(value, key[1:]), path[1:], array))
    elif type(value) is tuple:
        items = list(value)
        items[key] = _put(items[key], path[1:], array)
        return tuple(items)
    else:
        value[key] = _put(value[key], path[1:], array)
    return value


def spread(first: Any, runs: int) -> Any:
    """These numbers for the first run, and others for every other one.

    Were they all the same, runs that get into each other would not be noticed.
    """
    others = numpy.random.RandomState(47).uniform(-0.4, 0.4, (runs, *numpy.shape(first)))
    others[0] = 0
    return first + others


def like(value: Any, array: Any) -> Any:
    """Make numbers into what `value` is: a float, a list, an array, a tensor."""
    if is_tensor(value):
        torch: Any = sys.modules["torch"]
        made = torch.tensor(array.reshape(tuple(value.shape)), dtype=value.dtype)
        return made.requires_grad_() if value.requires_grad else made
    if isinstance(value, _ndarray):
        kind = value.dtype if value.dtype.kind == "f" else numpy.dtype(float)
        return _array(array.reshape(value.shape), dtype=kind)
    if type(value) is list:
        return array.reshape(numpy.shape(value)).tolist()
    if isinstance(value, numpy.floating):
        return type(value)(array.reshape(()))
    return float(array.reshape(()))


def spelled(path: Path) -> str:
    """A place as a reader would write it: params['U'], self.w."""
    text = str(path[0])
    for key in path[1:]:
        if type(key) is Held:
            text += f".{key}"
        elif type(key) is str and key.startswith("."):
            text += key
        elif type(key) is range:
            text += f"[{key.start}:{key.stop}]"
        else:
            text += "[0]" if type(key) is Runs else f"[{key!r}]"
    return text[:100]
