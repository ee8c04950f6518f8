r"""Read formulas in declared letters: functions, derivatives, indices, sums, matrices.

In:   tokens of `letter_tokens`, and which names are functions.
Out:  a tree as in `formula_tree`, with the operations of `letter_values`.
Pure: nothing is repaired and nothing is skipped; nesting is capped.

`s(x)(1 - s(x))` is a product of two, and so is `s(1 - s)`, because s stands bare in it:
there `s` means s at its own variable.
"""

from collections.abc import Sequence, Set

from grader.find.formula_parser import STARTS, NotAFormulaError
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Name, Node, Number
from grader.find.letter_derivatives import NABLA, Derivatives
from grader.find.letter_dots import DOTS
from grader.find.letter_tokens import CALLED

MORE_STARTS = STARTS | {"ones"}
INDICES = frozenset("ijklmnr")
PRODUCTS = ("*", "/", "//", "·", "⊙", "⊗")


def parse_letters(
    tokens: Sequence[Token],
    functions: Set[str],
    variables: Set[str],
    letters: Set[str] = frozenset(),
) -> Node:
    """Read all of `tokens` as one formula.

    `functions` are names; `variables` are what a derivative may be taken by; `letters`
    are declared names, so that F' may be one of its own and no derivative.
    Raises: NotAFormulaError.
    """
    return _Letters(list(tokens), functions, variables, letters).group("end")


class _Letters(Derivatives):
    """Products, calls and what is attached to a factor."""

    def term(self) -> Node:
        tree = self.signed()
        while True:
            if self.sees("operator", *PRODUCTS):
                tree = Apply(self.take("operator").text, (tree, self.signed()))
            elif self.sees("number", "1"):  # W 1, with a plain 1 for the vector
                self.take("number")
                tree = Apply("beside", (tree, Apply("ones", ())))
            elif self.next.kind in MORE_STARTS or self.sees("number"):
                tree = Apply("beside", (tree, self.power()))
            else:
                return tree

    def power(self) -> Node:
        tree = self.attached(self.postfix())
        if not self.accept("operator", "^"):
            return tree
        self.deeper()
        tree = Apply("^", (tree, self.exponent(tree)))
        self.depth -= 1
        return self.attached(tree)

    def exponent(self, base: Node) -> Node:
        r"""Read what stands behind ^: `e^-x`, `2^{n+1}`; of TeX's `x^23` only the 2."""
        short = self.sees("number") and self.next.math
        return self.argument() if short else super().exponent(base)

    def attached(self, tree: Node) -> Node:
        """Read transposes, indices and primes behind a factor."""
        while True:
            if self.accept("transpose"):
                listed = isinstance(tree, Apply) and tree.operation == "column"
                tree = tree if listed else Apply("transpose", (tree,))  # (x, 1)^T
            elif tree == Number(0.0) and self.sees("sub"):  # 0_n, 0_{n×n}
                self.indices()
            elif self.sees("sub"):
                tree = Apply("index", (tree, *self.indices()))
            elif self.sees("open", "[") and (index := self.indexed(tree)):
                tree = Apply("index", (tree, index))
            elif self.accept("prime"):
                tree = (
                    Name(f"{tree.name}'")
                    if isinstance(tree, Name)
                    else Apply("derivative", (tree,))
                )
            else:
                return tree

    def indexed(self, tree: Node) -> Node | None:
        """Read x[i] and softmax(x)[i]; x[0] is not read, since it may count from 0."""
        called = isinstance(tree, Apply) and tree.operation.startswith(("call ", "softmax"))
        if self.next.spaced or self.next.math or not (called or isinstance(tree, Name)):
            return None
        inside = self.ahead(1)
        if (
            self.ahead(2).kind == "close"
            and inside.kind == "name"
            and inside.text in INDICES
        ):
            del self.tokens[-3:]
            return Name(inside.text)
        if isinstance(tree, Name) or inside.kind == "number":
            raise NotAFormulaError("an index of Python")
        return None

    def indices(self) -> tuple[Node, ...]:
        """Read `_i`, `_{ij}`, `_{i,j}`."""
        self.take("sub")
        if not self.accept("open", "{"):
            return self.split(self.next)
        found: tuple[Node, ...] = ()
        while not self.accept("close", "{"):
            parted = self.accept("comma") or self.accept("operator", "*")
            found += () if parted else self.split(self.next)
        return found

    def split(self, token: Token) -> tuple[Node, ...]:
        """One or two indices that may be written together."""
        if token.kind == "number":
            text = self.take("number").text
            return tuple(Number(float(n)) for n in (text if text.isdecimal() else [text]))
        return tuple(Name(letter) for letter in self.take("name").text)

    def primary(self) -> Node:
        match self.next.kind:
            case "ones":
                self.take("ones")
                return Apply("ones", ())
            case "frac":
                return self.fraction()
            case "name":
                return self.named()
            case "open" if self.next.text == "matrix":
                return self.matrix()
            case "open" if self.next.text == "cases":
                return self.cases()
            case "open" if self.next.text in ("(", "["):
                return self.listed()
        return super().primary()

    def listed(self) -> Node:
        """Read a bracket; with commas in it, a column: (x, 1), [x, 1]."""
        found = self.arguments()
        return found[0] if len(found) == 1 else Apply("column", found)

    def named(self) -> Node:
        """Read a letter, a derivative, or a declared function with its argument."""
        if self.sees("name", NABLA):
            return self.gradient()
        if (found := self.differential()) is not None:
            return found
        name = self.take("name").text
        base = name.rstrip("'")
        if name in self.functions and self.sees("sub") and self.by_letter():
            return self.partial(name)
        if base not in self.functions or (base != name and name in self.letters):
            return Name(name)
        index = self.indices() if self.sees("sub") and self.called_behind_index() else ()
        slopes = len(name) - len(base)
        while self.accept("prime"):
            slopes += 1
        if slopes > 2:
            raise NotAFormulaError(f"a higher derivative: {name}")
        power = self.power_before_call()
        arguments = self.arguments() if self.is_call() else ()
        if DOTS in arguments:  # σ(x_1, ..., x_n)
            arguments = (Apply("column", arguments),)
        operation = ("call", "slope", "slope2")[slopes]
        tree: Node = Apply(f"{operation} {base}", arguments)
        tree = Apply("index", (tree, *index)) if index else tree
        return Apply("^", (tree, power)) if power else tree

    def power_before_call(self) -> Node | None:
        """Read the 2 of `s^2(x)`; an inverse function is not read."""
        digit = self.ahead(2) if self.ahead(1).text == "{" else self.ahead(1)
        steps = 4 if self.ahead(1).text == "{" else 2
        if not self.sees("operator", "^") or self.ahead(steps).text != "(":
            return None
        if digit.kind != "number":
            raise NotAFormulaError("an inverse function")
        self.take("operator")
        return self.argument()

    def called_behind_index(self) -> bool:
        """Whether a bracket follows the index, as in σ_i(x)."""
        place = 1
        if self.ahead(place).text == "{":
            while self.ahead(place).kind not in ("close", "end"):
                place += 1
        return self.ahead(place + 1).kind == "open"

    def is_call(self) -> bool:
        """Whether the bracket that follows holds an argument, and is no factor."""
        if not self.sees("open", "(", "[", "{"):
            return False
        depth, place = 0, 0
        while self.ahead(place).kind != "end":
            token, after = self.ahead(place), self.ahead(place + 1)
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return True
            bare = token.kind == "name" and token.text in self.functions
            if bare and after.kind not in ("open", "sub", "prime"):
                return False
            place += 1
        return True

    def summed(self, terms: list[Node | None]) -> Node:
        """A sum; what dots in it mean is seen when sizes are known."""
        whole = tuple(DOTS if term is None else term for term in terms)
        return whole[0] if len(whole) == 1 else Apply("+", whole)

    def arguments(self) -> tuple[Node, ...]:
        """Read arguments; a semicolon parts variables from parameters."""
        bracket = self.take("open").text
        found = [self.part()]
        while self.accept("comma") or self.accept("separator", ";"):
            found.append(self.part())
        self.take("close", bracket)
        return tuple(found)

    def function(self, name: str) -> Node:
        if name not in CALLED or name in ("log", "sqrt"):
            return super().function(name)
        if self.accept("operator", "^"):
            power = self.exponent(Name(name))
            return Apply("^", (self.function(name), power))
        index = self.indices() if self.sees("sub") else ()
        if self.sees("open", "(", "{", "["):
            found: tuple[Node, ...] = self.arguments()
        else:
            found = (self.factor(),)
        if name == "diag" and len(found) > 1:
            found = (Apply("column", found),)
        tree: Node = Apply(name, found)
        return Apply("index", (tree, *index)) if index else tree

    def argument(self) -> Node:
        r"""Read what TeX gives a command; a function there stands bare: `\frac1\sigma`."""
        if self.sees("name") and self.next.text in self.functions:
            return Apply(f"call {self.take('name').text}", ())
        return super().argument()

    def factor(self) -> Node:
        r"""What a function without brackets is applied to: `\tanh 2x`, `\ln p_i`."""
        tree = self.power()
        if isinstance(tree, Number) and self.next.kind in ("name", "frac"):
            tree = Apply("beside", (tree, self.power()))
        return tree
