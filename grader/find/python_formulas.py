"""Read expressions of Python as formulas in declared letters; nothing is executed.

In:   syntax trees of numpy, torch, math or sympy code, and a language.
Out:  trees as in `formula_tree`, with the operations of `letter_values`.
Pure. Raises: NotAFormulaError for what is no formula, or not understood.

`*` multiplies entry by entry, as numpy does; where the code makes matrices of sympy it is
their product. A vector of numpy is a column; indices count from 0 there, from 1 here.
"""

import ast
import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tree import Apply, Name, Node, Number
from grader.find.letter_worlds import Language

DEEPEST = 40
LIBRARIES = frozenset(
    """np numpy jnp math cmath torch sp sympy sy scipy special linalg la F nn functional
    tf""".split()  # noqa: SIM905
)
SAME = frozenset(
    """array asarray Matrix tensor as_tensor float Float Integer S sympify simplify expand
    factor together cancel trigsimp ratsimp powsimp nsimplify doit copy clone squeeze
    flatten ravel""".split()  # noqa: SIM905
)
"""What leaves the value of its first argument as it is."""
PLAIN: Mapping[str, str] = {
    **{name: name for name in
       ("exp", "tanh", "sinh", "cosh", "sin", "cos", "sqrt", "arctan", "arctanh", "abs",
        "sign", "max", "min", "sum", "square", "softmax", "relu", "norm", "inv", "det",
        "trace", "diag", "maximum", "minimum")},
    "atan": "arctan", "atanh": "arctanh", "absolute": "abs", "fabs": "abs", "log": "log",
    "ln": "log", "Abs": "abs", "Max": "max", "Min": "min", "amax": "max", "amin": "min",
    "negative": "negate", "divide": "/", "true_divide": "/", "multiply": "⊙", "add": "+",
    "transpose": "transpose", "t": "transpose", "dot": "@", "matmul": "@", "mm": "@",
    "mv": "@", "inner": "@", "power": "^", "pow": "^",
}  # fmt: skip
ONE = Number(1.0)


def negated(tree: Node) -> Node:
    """Minus a tree."""
    return Apply("negate", (tree,))


def _sigmoid(x: Node) -> Node:
    return Apply("/", (ONE, Apply("+", (ONE, Apply("exp", (negated(x),))))))


BUILT: Mapping[str, Callable[..., Node]] = {
    "log1p": lambda x: Apply("log", (Apply("+", (ONE, x)),)),
    "expm1": lambda x: Apply("+", (Apply("exp", (x,)), negated(ONE))),
    "log2": lambda x: Apply("log", (x, Number(2.0))),
    "log10": lambda x: Apply("log", (x, Number(10.0))),
    "reciprocal": lambda x: Apply("/", (ONE, x)),
    "expit": _sigmoid,
    "sigmoid": _sigmoid,
    "softplus": lambda x: Apply("log", (Apply("+", (ONE, Apply("exp", (x,)))),)),
    "logsumexp": lambda x: Apply("log", (Apply("sum", (Apply("exp", (x,)),)),)),
    "subtract": lambda x, y: Apply("+", (x, negated(y))),
    "outer": lambda x, y: Apply("beside", (x, Apply("transpose", (y,)))),
    "Rational": lambda x, y=ONE: Apply("/", (x, y)),
    "Fraction": lambda x, y=ONE: Apply("/", (x, y)),
    "ones": lambda *_: Apply("ones", ()),
    "ones_like": lambda *_: Apply("ones", ()),
}
IGNORED = frozenset({"axis", "dim", "keepdims", "keepdim", "dtype"})


@dataclass(frozen=True)
class PythonReader:
    """Turns expressions into trees.

    Attributes:
        spoken: the letters of the rubric.
        functions: names of functions that the student defined.
        matrices: `*` is a product of matrices.
    """

    spoken: Language
    functions: Set[str] = field(default_factory=frozenset)
    matrices: bool = False

    def tree(self, node: ast.expr, depth: int = 0) -> Node:
        """The tree of an expression."""
        if depth > DEEPEST:
            raise NotAFormulaError("nested too deeply")
        read: Mapping[type, Callable[..., Node]] = {
            ast.Constant: self.constant,
            ast.Name: self.name,
            ast.UnaryOp: self.unary,
            ast.BinOp: self.binary,
            ast.Call: self.call,
            ast.Attribute: self.attribute,
            ast.Subscript: self.entry,
        }
        if type(node) not in read:
            raise NotAFormulaError(f"no formula: {type(node).__name__}")
        return read[type(node)](node, depth + 1)

    def constant(self, node: ast.Constant, _: int) -> Node:
        number = node.value
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise NotAFormulaError("no number")
        if not abs(number) < 1e100:
            raise NotAFormulaError("a huge number")
        return Number(float(number))

    def name(self, node: ast.Name, _: int) -> Node:
        name = self.letter(node.id)
        return Apply(f"call {name}", ()) if name in self.spoken.functions else Name(name)

    def letter(self, identifier: str) -> str:
        """The letter of the sheet that a name of Python is, or the name itself."""
        _, tokens = self.spoken.tokens(f"${identifier}$")
        tokens = [token for token in tokens if token.kind != "soft"]
        one = len(tokens) == 1 and tokens[0].kind == "name"
        declared = {*self.spoken.names, *self.spoken.functions}
        return tokens[0].text if one and tokens[0].text in declared else identifier

    def unary(self, node: ast.UnaryOp, depth: int) -> Node:
        tree = self.tree(node.operand, depth)
        if isinstance(node.op, ast.USub):
            return Number(-tree.value) if isinstance(tree, Number) else negated(tree)
        if isinstance(node.op, ast.UAdd):
            return tree
        raise NotAFormulaError("no sign")

    def binary(self, node: ast.BinOp, depth: int) -> Node:
        left, right = self.tree(node.left, depth), self.tree(node.right, depth)
        match node.op:
            case ast.Add():
                return Apply("+", (left, right))
            case ast.Sub():
                return Apply("+", (left, negated(right)))
            case ast.Mult():
                return Apply("*" if self.matrices else "⊙", (left, right))
            case ast.Div():
                return Apply("/", (left, right))
            case ast.MatMult():
                return Apply("@", (left, right))
            case ast.Pow():
                return _power(left, right)
        raise NotAFormulaError("no operation")

    def call(self, node: ast.Call, depth: int) -> Node:
        name, receiver = self.called(node.func)
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if not {*given} <= IGNORED or any(isinstance(a, ast.Starred) for a in node.args):
            raise NotAFormulaError("arguments that are not read")
        values = [receiver, *node.args] if receiver is not None else node.args
        if name in SAME and values:
            return self.listed(values[0], depth)
        if name in ("diff", "Derivative"):
            return self.derivative(values, depth)
        if name == "sum" and (axis := [*given.values(), *values[1:]]):
            return self.total(values[0], axis[0], depth)
        if name in BUILT and name.startswith("ones"):
            return BUILT[name]()
        trees = [self.tree(value, depth) for value in values]
        return self.applied(name, trees, receiver is None)

    def applied(self, name: str, trees: Sequence[Node], free: bool) -> Node:
        """A function with its arguments; the sheet's and the student's come first."""
        letter = self.letter(name)
        if free and letter in {*self.spoken.functions, *self.functions}:
            return Apply(f"call {letter}", tuple(trees))
        if name in BUILT:
            try:
                return BUILT[name](*trees)
            except TypeError as error:
                raise NotAFormulaError(f"{name} of {len(trees)} arguments") from error
        if name == "softmax":  # of an array, and an axis
            trees = trees[:1]
        if name not in PLAIN or not trees:
            raise NotAFormulaError(f"an unknown function: {name}")
        return Apply(PLAIN[name], tuple(trees)) if name != "power" else _power(*trees[:2])

    def called(self, node: ast.expr) -> tuple[str, ast.expr | None]:
        """The name of a function, and the array whose method it is, if it is one."""
        if isinstance(node, ast.Name):
            return node.id, None
        if not isinstance(node, ast.Attribute):
            raise NotAFormulaError("no function")
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        library = isinstance(root, ast.Name) and root.id in LIBRARIES
        return node.attr, None if library else node.value

    def total(self, array: ast.expr, axis: ast.expr, depth: int) -> Node:
        """A sum over rows or columns, as a product with ones."""
        tree, place = self.tree(array, depth), self.tree(axis, depth)
        if not isinstance(place, Number):
            raise NotAFormulaError("an unknown axis")
        turned = Apply("transpose", (tree,)) if place.value == 0 else tree
        return Apply("beside", (turned, Apply("ones", ())))

    def derivative(self, values: Sequence[ast.expr], depth: int) -> Node:
        if len(values) != 2 or not isinstance(values[1], ast.Name):
            raise NotAFormulaError("a derivative that is not read")
        by = self.letter(values[1].id)
        if by not in self.spoken.variables:
            raise NotAFormulaError("a derivative by what is no number")
        return Apply("derivative", (self.tree(values[0], depth), Name(by)))

    def attribute(self, node: ast.Attribute, depth: int) -> Node:
        if node.attr == "T":
            return Apply("transpose", (self.tree(node.value, depth),))
        if isinstance(node.value, ast.Name) and node.value.id in LIBRARIES:
            if node.attr in ("pi", "e", "E"):
                return Number(math.pi if node.attr == "pi" else math.e)
        elif isinstance(node.value, ast.Name) and node.value.id == "self":
            return self.name(ast.Name(id=node.attr), depth)
        raise NotAFormulaError("an attribute")

    def entry(self, node: ast.Subscript, depth: int) -> Node:
        """x[i], W[i, j]; a whole row or column where the rubric says what x_i is."""
        tree = self.tree(node.value, depth)
        inner = node.slice
        places = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if all(_is_all(place) or _is_none(place) for place in places):
            turned = len(places) == 2 and _is_none(places[0])  # x[None, :]
            return Apply("transpose", (tree,)) if turned else tree
        picks = self.spoken.letters.get(getattr(tree, "name", ""))
        by = picks.by if picks else "entry"
        if len(places) == 2 and _is_all(places[1 if by == "row" else 0]):
            places = [places[0 if by == "row" else 1]]
            if by == "entry":
                raise NotAFormulaError("a row or a column")
        return Apply("index", (tree, *(self.place(one, depth) for one in places)))

    def place(self, node: ast.expr, depth: int) -> Node:
        tree = self.tree(node, depth)
        if isinstance(tree, Name):
            return tree
        if isinstance(tree, Number) and tree.value >= 0 and tree.value.is_integer():
            return Number(tree.value + 1)
        raise NotAFormulaError("an index that is not read")

    def listed(self, node: ast.expr, depth: int) -> Node:
        """A list of numbers as a column, one of lists as a matrix."""
        if not isinstance(node, ast.List | ast.Tuple):
            return self.tree(node, depth)
        rows = [one for one in node.elts if isinstance(one, ast.List | ast.Tuple)]
        if not rows:
            return Apply("column", tuple(self.tree(one, depth) for one in node.elts))
        if len(rows) != len(node.elts):
            raise NotAFormulaError("an uneven list")
        parts = (tuple(self.tree(one, depth) for one in row.elts) for row in rows)
        return Apply("matrix", tuple(Apply("row", part) for part in parts))


def _power(base: Node, exponent: Node) -> Node:
    """A power entry by entry, also of a matrix."""
    if exponent == Number(2.0):
        return Apply("square", (base,))
    if exponent == Number(-1.0):
        return Apply("/", (ONE, base))
    return Apply("^", (base, exponent))


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Slice) and not (node.lower or node.upper or node.step)


def _is_none(node: ast.expr) -> bool:
    new = isinstance(node, ast.Attribute) and node.attr == "newaxis"
    return new or (isinstance(node, ast.Constant) and node.value is None)
