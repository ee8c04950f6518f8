r"""Read derivatives: `\frac{\partial f}{\partial w_i}`, `d/dx`, `\nabla f`, `\nabla^2 f`.

In:   tokens of `letter_tokens`.
Out:  trees: `derivative` of a formula by a letter, an entry, a row or a transpose of it;
      `slope f` and `slope2 f` for the first and second derivative of a function.
Pure. Raises: NotAFormulaError.
"""

from typing import NamedTuple

from grader.find.formula_parser import NotAFormulaError
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Name, Node
from grader.find.letter_sums import Sums

DIFFERENTIALS = ("d", "∂")
NABLA = "nabla"
POINT = Name("∇")
"""What a gradient is taken by if nothing is said: the point at which functions are."""


class Differential(NamedTuple):
    """What stands above the line without its d, and what the derivative is taken by."""

    above: list[Token]
    by: list[Node]


class Derivatives(Sums):
    """Fractions of differentials, and nabla."""

    def fraction(self) -> Node:
        r"""Read \frac; `\frac{d}{dx}` acts on the factors behind it."""
        self.take("frac")
        found = self.stacked()
        if found is None:
            return Apply("/", (self.argument(), self.argument()))
        return self.derived(found)

    def stacked(self) -> Differential | None:
        """Take `{d f}{d x}`; None, and nothing taken, if it is none."""
        middle = self.closing(0)
        if not middle or self.ahead(middle + 1).text != "{":
            return None
        last = self.closing(middle + 1)
        signs = (self.ahead(1).text, self.ahead(middle + 2).text)
        if not last or any(sign not in DIFFERENTIALS for sign in signs):
            return None
        above = [self.ahead(k) for k in range(2, middle)]
        below = [self.ahead(k) for k in range(middle + 2, last)]
        inner = self.inside(below)
        by = inner.letters_below()
        order, above = _order(above)
        if not by or order != len(by) or not inner.sees("end"):
            return None
        del self.tokens[-last - 1 :]
        return Differential(above, by)

    def inside(self, tokens: list[Token]) -> "Derivatives":
        """A reader of the same letters for a part of the tokens."""
        return type(self)(tokens, self.functions, self.variables, self.letters)

    def closing(self, place: int) -> int:
        """Where the brace closes that opens at `place`; 0 if there is none."""
        if (self.ahead(place).kind, self.ahead(place).text) != ("open", "{"):
            return 0
        return self.partner(place)

    def partner(self, place: int) -> int:
        """Where the bracket closes that opens at `place`; 0 if it does not."""
        depth = 0
        while self.ahead(place).kind != "end":
            kind = self.ahead(place).kind
            depth += (kind == "open") - (kind == "close")
            if not depth:
                return place
            place += 1
        return 0

    def letters_below(self) -> list[Node]:
        r"""Read `dx`, `\partial w_i \partial w_j`, `dx^2`, `\partial w \partial w^T`."""
        found: list[Node] = []
        while self.sees("name", *DIFFERENTIALS) and self.ahead(1).text in self.variables:
            self.take("name")
            target = self.target()
            upright = not self.accept("transpose")
            repeated = 2 if self.squared() else 1
            upright = upright and not self.accept("transpose")
            target = target if upright else Apply("transpose", (target,))
            found += [target] * repeated
        return [_upright(t) for t in found] if len(found) > 1 else found

    def squared(self) -> bool:
        """Take the 2 of `dx^2`."""
        braced = self.ahead(1).text == "{"
        token = self.ahead(2 if braced else 1)
        if not self.sees("operator", "^") or (token.kind, token.text) != ("number", "2"):
            return False
        del self.tokens[-4 if braced else -2 :]
        return True

    def target(self) -> Node:
        """Read the letter that a derivative is taken by, with its indices."""
        if self.next.text not in self.variables:
            raise NotAFormulaError("a derivative by an unknown letter")
        tree: Node = Name(self.take("name").text)
        if self.sees("sub"):
            tree = Apply("index", (tree, *self.indices()))
        return tree

    def indices(self) -> tuple[Node, ...]:
        raise NotImplementedError

    def arguments(self) -> tuple[Node, ...]:
        raise NotImplementedError

    def derived(self, what: Differential) -> Node:
        """The derivative of what stands above, or of the product that follows."""
        inner = self.inside(what.above)
        body = inner.group("end") if what.above else self.term()
        if what.above and _bare_call(body) and self.sees("open", "("):
            self.point()
        for target in reversed(what.by):
            body = Apply("derivative", (body, target))
        return body

    def point(self) -> None:
        r"""Take the (x) of `\frac{df}{dx}(x)`: no factor, but where it is taken."""
        if not all(isinstance(one, Name) for one in self.arguments()):
            raise NotAFormulaError("a derivative at some point")

    def differential(self) -> Node | None:
        """Read `d/dx`, `∂²f/∂w_i∂w_j`, `∂_x f`; None, and nothing taken, if it is none."""
        if self.next.text not in DIFFERENTIALS:
            return None
        if self.ahead(1).kind == "sub":
            return self.subscripted()
        slash = self.numerator()
        below = self.ahead(slash + 1).text in DIFFERENTIALS
        if self.ahead(slash).text != "/" or not below:
            return None
        order, above = _order([self.ahead(k) for k in range(1, slash)])
        if self.ahead(slash + 2).text not in self.variables:
            return None
        del self.tokens[-slash - 1 :]
        by = self.letters_below()
        if len(by) != order:
            raise NotAFormulaError("a derivative of another order")
        return self.derived(Differential(above, by))

    def numerator(self) -> int:
        """Where the stroke of `∂²f(x)/...` should stand."""
        place = 3 if self.ahead(1).text == "^" else 1
        place += self.ahead(place).kind == "name"
        if self.ahead(place).kind == "sub":
            braced = self.ahead(place + 1).kind == "open"
            place = self.partner(place + 1) + 1 if braced else place + 2
        return self.partner(place) + 1 if self.ahead(place).kind == "open" else place

    def subscripted(self) -> Node | None:
        """Read `∂_x f` and `∂_k f`, the latter by the k-th entry of the point."""
        braced = self.ahead(2).kind == "open"
        last = self.partner(2) if braced else 2
        inside = [self.ahead(k) for k in (range(3, last) if braced else [2])]
        if not last or not inside:
            return None
        inner = self.inside(inside)
        if inside[0].text in self.variables:
            by: Node = inner.target()
            if not inner.sees("end"):
                return None
        else:
            by = Apply("index", (POINT, *inner.split(inside[0])))
        del self.tokens[-last - 1 :]
        return Apply("derivative", (self.term(), by))

    def by_letter(self) -> bool:
        """Whether the index that follows is a letter of derivatives: f_x, f_{w_1}."""
        braced = self.ahead(1).text == "{"
        return self.ahead(2 if braced else 1).text in self.variables

    def partial(self, name: str) -> Node:
        """Read `f_x`, `f_{w_1}`, `f_{xy}` and `f_x(w)`, with the function already taken."""
        self.take("sub")
        braced = self.accept("open", "{")
        by = [self.target()]
        while braced and not self.accept("close", "{"):
            self.accept("comma")
            by.append(self.target())
        arguments = self.arguments() if self.is_call() else ()
        tree: Node = Apply(f"call {name}", arguments)
        for target in by:
            tree = Apply("derivative", (tree, target))
        return tree

    def split(self, token: Token) -> tuple[Node, ...]:
        raise NotImplementedError

    def gradient(self) -> Node:
        r"""Read `\nabla f(w)`, `\nabla_w \|w\|^2`, `\nabla^2 f`; a function is close by.

        `\nabla f(w)^T d` is a gradient, transposed, times d.
        """
        self.take("name", NABLA)
        twice, by = self.squared(), self.below_nabla()
        twice = twice or self.squared()
        if self.sees("operator", "^") or self.sees("name", NABLA):
            raise NotAFormulaError("another power of nabla")
        if by is None and self.next.text in self.functions:
            name = self.take("name").text
            arguments = self.arguments() if self.is_call() else ()
            return Apply(f"slope{'2' if twice else ''} {name}", arguments)
        body = self.near()
        for _ in range(1 + twice):
            body = Apply("derivative", (body, by or POINT))
        return body

    def below_nabla(self) -> Node | None:
        """Read `_w`, `_{w_i}` behind nabla."""
        if not self.accept("sub"):
            return None
        braced = self.accept("open", "{")
        if self.next.text not in self.variables:
            raise NotAFormulaError("a gradient by an unknown letter")
        if not braced:
            return Name(self.take("name").text)
        by = self.target()
        self.take("close", "{")
        return by

    def near(self) -> Node:
        """What nabla acts on: a call, a bracket or a norm; else the product behind it."""
        if self.sees("name") and self.next.text in self.functions:
            name = self.take("name").text
            return Apply(f"call {name}", self.arguments() if self.is_call() else ())
        return self.power() if self.next.kind in ("function", "open") else self.term()

    def is_call(self) -> bool:
        raise NotImplementedError


def _order(above: list[Token]) -> tuple[int, list[Token]]:
    """Take the 2 of `d^2 f` off."""
    texts = [token.text for token in above[:4]]
    if texts[:2] == ["^", "2"]:
        return 2, above[2:]
    if texts == ["^", "{", "2", "{"]:
        return 2, above[4:]
    return 1, above


def _upright(target: Node) -> Node:
    """Without its transpose: of a Hessian both layouts are one."""
    lies = isinstance(target, Apply) and target.operation == "transpose"
    return target.arguments[0] if lies and isinstance(target, Apply) else target


def _bare_call(body: Node) -> bool:
    """Whether it is a function without its argument."""
    named = isinstance(body, Apply) and body.operation.startswith("call ")
    return named and isinstance(body, Apply) and not body.arguments
