"""Where a student's variables keep their numbers: read them, copy them, set them.

In:   a namespace of the student's: names, and what they hold.
Out:  places (paths into lists, tuples, dicts and own objects) with their numbers.
Touches: only the namespace it is given; `duplicate` makes one that shares nothing that
      a training step changes.
"""

import collections
import contextlib
import copy
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy

Path = tuple[Any, ...]
"""A name, then keys: of lists and dicts, ".name" of an attribute, a range of a vector."""
MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict)
LONG = 200
"""A longer list is copied, its elements are not: a history is appended to."""
LARGE = 1_000_000
MOST_PARTS = 24
DEPTH = 4
MOST_PLACES = 80
STOCK = frozenset(["In", "Out", "exit", "quit", "get_ipython", "open"])
_array, _ndarray = numpy.array, numpy.ndarray


def duplicate(value: Any, memo: dict[int, Any]) -> Any:
    """Copy lists, dicts, arrays, tensors and the student's own objects; share the rest."""
    if id(value) in memo:
        return memo[id(value)][1]
    made = _duplicate(value, memo)
    memo[id(value)] = (value, made)
    return made


def _duplicate(value: Any, memo: dict[int, Any]) -> Any:
    cls = type(value)
    if cls is _ndarray:
        return value if value.size > LARGE else _array(value)
    if cls is list:
        return list(value) if len(value) > LONG else [duplicate(v, memo) for v in value]
    if (cls is tuple or is_record(value)) and len(value) <= LONG:
        return tuple.__new__(cls, [duplicate(v, memo) for v in value])
    if cls is dict:
        return {key: duplicate(v, memo) for key, v in list(value.items())}
    if is_own(value):
        plain = cls is types.SimpleNamespace
        made = types.SimpleNamespace() if plain else object.__new__(cls)
        memo[id(value)] = (value, made)
        made.__dict__.update(
            {key: duplicate(v, memo) for key, v in list(vars(value).items())}
        )
        return made
    if is_tensor(value) or cls.__module__.startswith(("numpy.random", "collections")):
        return copy.deepcopy(value)
    return value


def duplicated(namespace: dict[str, Any]) -> dict[str, Any]:
    """Copy a namespace; its own functions see the copy in place of the original."""
    memo: dict[int, Any] = {}
    made: dict[str, Any] = {}
    for name, value in list(namespace.items()):
        made[name] = value if hidden(name) else _safely(value, memo)
    for name, value in list(made.items()):
        if type(value) is types.FunctionType and _at_home(value, namespace):
            made[name] = _rebound(value, made)
    return made


def _at_home(function: Any, namespace: dict[str, Any]) -> bool:
    return bool(function.__globals__.get("__name__") == namespace.get("__name__"))


def _rebound(function: Any, namespace: dict[str, Any]) -> Any:
    parts = function.__name__, function.__defaults__, function.__closure__
    made = types.FunctionType(function.__code__, namespace, *parts)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def _safely(value: Any, memo: dict[int, Any]) -> Any:
    """Copy a value; one that cannot be copied is shared."""
    try:
        return duplicate(value, memo)
    except Exception:
        return value


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
        named = type(key) is str and key.startswith(".")
        value = getattr(value, key[1:]) if named else value[key]
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


def places(namespace: dict[str, Any]) -> dict[Path, Any]:
    """Find every place that holds a few numbers, each container once."""
    found: dict[Path, Any] = {}
    seen: set[int] = set()
    for name, value in list(namespace.items()):
        if not hidden(name) and len(found) < 10 * MOST_PLACES:
            _places((name,), value, found, seen)
    return found


def _places(path: Path, value: Any, found: dict[Path, Any], seen: set[int]) -> None:
    own = numbers(value)
    if own is not None:
        found[path] = own
        return
    parts = _parts(value)
    if not parts or id(value) in seen or len(path) > DEPTH:
        return
    seen.add(id(value))
    for key, part in parts:
        _places((*path, key), part, found, seen)


def _parts(value: Any) -> list[tuple[Any, Any]]:
    cls = type(value)
    if cls in (list, tuple) and len(value) <= MOST_PARTS:
        return list(enumerate(value))
    if is_record(value) and len(value) <= MOST_PARTS:
        return [(f".{key}", part) for key, part in zip(cls._fields, value, strict=False)]
    if cls in MAPPINGS and len(value) <= MOST_PARTS:
        return [(key, part) for key, part in value.items() if type(key) in (str, int)]
    if is_own(value):
        return [(f".{key}", part) for key, part in vars(value).items()]
    return []


def get(namespace: dict[str, Any], path: Path) -> Any:
    """Read the numbers at a place; None if there are none any more."""
    value: Any = namespace.get(path[0])
    for key in path[1:]:
        try:
            named = type(key) is str and key.startswith(".")
            value = getattr(value, key[1:]) if named else value[key]
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
    if type(key) is str and key.startswith("."):
        setattr(value, key[1:], _put(getattr(value, key[1:]), path[1:], array))
    elif type(value) is tuple:
        items = list(value)
        items[key] = _put(items[key], path[1:], array)
        return tuple(items)
    else:
        value[key] = _put(value[key], path[1:], array)
    return value


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
        named = type(key) is str and key.startswith(".")
        inner = f"{key.start}:{key.stop}" if type(key) is range else repr(key)
        text += key if named else f"[{inner}]"
    return text[:100]
