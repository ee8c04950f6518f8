"""Watch what torch does to an input, and fold it into layers.

In:   torch function calls on values derived from the input.
Out:  a list of steps: operation, weight, bias.
Touches: nothing; the mode only looks.

A product with a constant matrix, followed by adding a constant, is one linear layer
whose weight has shape (outputs, inputs), however it was written.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

SILENT = frozenset(
    [
        "reshape",
        "view",
        "view_as",
        "squeeze",
        "unsqueeze",
        "flatten",
        "unflatten",
        "ravel",
        "float",
        "double",
        "to",
        "type",
        "type_as",
        "detach",
        "clone",
        "contiguous",
        "cpu",
        "t",
        "transpose",
        "permute",
        "swapaxes",
        "swapdims",
        "movedim",
        "mT",
        "T",
        "H",
        "mH",
        "getitem",
        "requires_grad",
        "identity",
        "expand",
        "broadcast_to",
        "alias",
        "data",
        "set",
        "grad",
        "is_leaf",
        "requires_grad_",
        "retain_grad",
        "atleast_2d",
        "atleast_1d",
        "resolve_conj",
        "chunk",
        "unbind",
        "iter",
        "size",
        "shape",
        "dim",
        "numel",
        "dtype",
        "device",
        "ndim",
        "len",
        "stride",
        "is_floating_point",
        "repr",
        "format",
        "ones_like",
        "zeros_like",
        "empty_like",
        "full_like",
        "rand_like",
        "randn_like",
        "new_zeros",
        "new_ones",
        "numpy",
        "array",
        "tolist",
        "item",
        "index",
        "bool",
        "int",
        "isnan",
        "isinf",
        "isfinite",
        "any",
        "all",
    ]
)
PRODUCTS = ("matmul", "mm", "mv", "rmatmul", "dot", "inner")
SUMS = ("add", "radd", "iadd")
MASKS = ("gt", "ge")


@dataclass
class Step:
    """One operation; `out` is its result, `linear` steps carry a weight."""

    op: str
    out: Any
    weight: Any = None
    bias: Any = None


class Watch(TorchFunctionMode):
    """Records the operations on everything derived from `x`."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.derived: dict[int, Any] = {id(x): x}
        self.origin: dict[int, int] = {}
        self.masks: dict[int, tuple[int, Any]] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        touched = [part for part in _flat((args, kwargs)) if id(part) in self.derived]
        result = func(*args, **kwargs)
        if touched:
            self._note(name_of(func), list(args), kwargs, touched, result)
        return result

    def _note(self, op: str, args: Any, kwargs: Any, touched: Any, result: Any) -> None:
        tensors = [part for part in _flat((result,)) if isinstance(part, Tensor)]
        for tensor in tensors:
            self.derived[id(tensor)] = tensor
        if not tensors or self._mask(op, args, touched, result):
            return
        if op in SILENT or (op == "dropout" and not _training(args, kwargs)):
            self._follow(touched[0], tensors)
            return
        step = self._step(op, args, kwargs, result)
        if step is not None:
            self.steps.append(step)

    def _follow(self, source: Any, tensors: list[Any]) -> None:
        """Let a reshaped result still count as the result of the same step."""
        for tensor in tensors:
            self.origin[id(tensor)] = self.origin.get(id(source), id(source))

    def _mask(self, op: str, args: Any, touched: Any, result: Any) -> bool:
        if op in MASKS and _is_zero(args[1]):
            self.masks[id(result)] = (id(args[0]), result)
            return True
        if op in SILENT and id(touched[0]) in self.masks:
            self.masks[id(result)] = (self.masks[id(touched[0])][0], result)
            return True
        return op in ("lt", "le", "eq", "ne", "gt", "ge")

    def _step(self, op: str, args: Any, kwargs: Any, result: Any) -> Step | None:
        linear = self._linear(op, args, kwargs, result)
        if linear is not None:
            return linear
        if op in SUMS and self._fold_bias(args, result):
            return None
        return Step("relu" if self._is_relu(op, args, kwargs) else op, result)

    def _linear(self, op: str, args: Any, kwargs: Any, result: Any) -> Step | None:
        if op == "linear":
            weight = args[1] if len(args) > 1 else kwargs.get("weight")
            bias = args[2] if len(args) > 2 else kwargs.get("bias")
            return Step("linear", result, weight, bias)
        if op == "addmm" and len(args) == 3 and not kwargs and self._own(args[1]):
            outputs = args[2].shape[1]
            bias = _as_bias(args[0], outputs)
            return None if bias is None else Step("linear", result, args[2].T, bias)
        if op == "einsum":
            weight = self._einsum_weight(args)
            return None if weight is None else Step("linear", result, weight)
        if op in PRODUCTS and len(args) >= 2:
            left, right = args[:2] if op != "rmatmul" else args[1::-1]
            weight = self._product_weight(op, left, right)
            return None if weight is None else Step("linear", result, weight)
        return None

    def _own(self, part: Any) -> bool:
        return id(part) in self.derived

    def _product_weight(self, op: str, left: Any, right: Any) -> Any:
        if self._own(left) == self._own(right):
            return None
        constant, first = (right, False) if self._own(left) else (left, True)
        if not isinstance(constant, Tensor) or constant.dim() not in (1, 2):
            return None
        if constant.dim() == 1:
            return constant[None]
        return constant if first or op == "inner" else constant.T

    def _einsum_weight(self, args: Any) -> Any:
        parts = args[1] if isinstance(args[1], list | tuple) else args[1:]
        if not isinstance(args[0], str) or len(parts) != 2 or "." in args[0]:
            return None
        left, _, out = args[0].replace(" ", "").partition("->")
        letters = left.split(",")
        own = [self._own(part) for part in parts]
        if own[0] == own[1] or not out:
            return None
        name, weight = letters[own.index(False)], parts[own.index(False)]
        inputs = [c for c in name if c not in out]
        if len(name) != 2 or len(inputs) != 1:
            return None
        return weight.T if name[0] == inputs[0] else weight

    def _fold_bias(self, args: Any, result: Any) -> bool:
        if not self.steps or self.steps[-1].op != "linear" or len(args) < 2:
            return False
        step = self.steps[-1]
        sides = [self.origin.get(id(part), id(part)) == id(step.out) for part in args[:2]]
        if step.bias is not None or sides[0] == sides[1]:
            return False
        bias = _as_bias(args[1] if sides[0] else args[0], step.weight.shape[0])
        if bias is None:
            return False
        step.bias, step.out = bias, result
        return True

    def _is_relu(self, op: str, args: Any, kwargs: Any) -> bool:
        if op in ("relu", "relu6"):
            return op == "relu"
        if op in ("clamp", "clip", "clamp_min"):
            low = kwargs.get("min", args[1] if len(args) > 1 else None)
            high = kwargs.get("max", args[2] if len(args) > 2 else None)
            return _is_zero(low) and high is None
        if op in ("maximum", "max", "fmax") and len(args) == 2:
            return _is_zero(args[0]) or _is_zero(args[1])
        if op == "where" and len(args) == 3:
            return self._masks(args[0], args[1]) and _is_zero(args[2])
        if op in ("mul", "rmul", "imul") and len(args) == 2:
            return self._masks(args[0], args[1]) or self._masks(args[1], args[0])
        return False

    def _masks(self, mask: Any, value: Any) -> bool:
        return self.masks.get(id(mask), (None,))[0] == id(value)


def name_of(func: Any) -> str:
    """Name a torch function: "relu" for relu_, F.relu and Tensor.relu alike."""
    name = getattr(func, "__name__", "")
    if name == "__get__":
        name = getattr(getattr(func, "__self__", None), "__name__", "")
    return str(name).strip("_") or "unknown"


def _flat(parts: Any) -> list[Any]:
    found: list[Any] = []
    for part in parts:
        if isinstance(part, list | tuple):
            found += _flat(part)
        elif isinstance(part, dict):
            found += _flat(part.values())
        else:
            found.append(part)
    return found


def _training(args: Any, kwargs: Any) -> bool:
    return bool(kwargs.get("training", args[2] if len(args) > 2 else True))


def _is_zero(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.numel() > 0 and not bool(value.detach().any())
    return isinstance(value, int | float) and value == 0


def _as_bias(value: Any, outputs: int) -> Any:
    """Return a constant as a bias of shape (outputs,), or None if it is none."""
    if isinstance(value, int | float):
        return Tensor([float(value)]).expand(outputs)
    if isinstance(value, Tensor) and value.numel() in (1, outputs):
        return value.reshape(-1).expand(outputs)
    return None
