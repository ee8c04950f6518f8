r"""Read tokens as one formula: precedence climbing, without backtracking.

In:   tokens that should be one whole formula.
Out:  its tree, or NotAFormulaError; nothing is repaired and nothing is skipped.
Pure: each token is read once; nesting is capped, so time and stack are bounded.

Products written by juxtaposition bind like written ones and from the left, as in Python
and in computer algebra: `1/2 n(n+1)` is half of n(n+1). The body of a sum is a product:
`\sum_{i=1}^n i + 1` is (1 + ... + n) + 1.
"""

from grader.find.formula_series import elided
from grader.find.formula_tokens import Token
from grader.find.formula_tree import Apply, Name, Node, Number, Series
from grader.find.formula_words import DASH

MAX_DEPTH = 40
ARITY = {"binom": (2, 2), "log": (1, 2)}
EULER = Number(2.718281828459045)
STARTS = frozenset({"name", "open", "function", "frac", "binom", "sum"})
END = Token(kind="end", text="", start=0, end=0)


class NotAFormulaError(ValueError):
    """These tokens are not one formula."""


def parse(tokens: list[Token]) -> Node:
    """Read all of `tokens` as one formula.

    Raises: NotAFormulaError, also for what is nested deeper than MAX_DEPTH.
    """
    return Parser(tokens).group("end")


class Parser:
    """A place in a list of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = [*reversed(tokens)]
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[-1] if self.tokens else END

    def take(self, kind: str, text: str = "") -> Token:
        """Move on by one token, which has to be of this kind."""
        token = self.next
        if token.kind != kind or (text and token.text != text):
            raise NotAFormulaError(f"expected {text or kind}, got {token.text!r}")
        if self.tokens:
            self.tokens.pop()
        return token

    def sees(self, kind: str, *texts: str) -> bool:
        return self.next.kind == kind and (not texts or self.next.text in texts)

    def accept(self, kind: str, *texts: str) -> bool:
        """Move on by one token if it is of this kind."""
        seen = self.sees(kind, *texts)
        if seen:
            self.tokens.pop()
        return seen

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotAFormulaError("nested too deeply")

    def group(self, kind: str, text: str = "") -> Node:
        """Read up to a closing token, with TeX's infix commands for all of it."""
        tree = self.expression()
        if self.sees("infix"):
            tree = Apply(self.take("infix").text, (tree, self.expression()))
        self.take(kind, text)
        return tree

    def expression(self) -> Node:
        """Read terms, of which one may be an ellipsis."""
        self.deeper()
        terms: list[Node | None] = [self.term()]
        while self.sees("operator", "+", "-", DASH):
            minus = not self.accept("operator", "+")
            if minus:
                self.take("operator")
            term = None if not minus and self.accept("ellipsis") else self.term()
            terms.append(Apply("negate", (term,)) if minus and term else term)
        self.depth -= 1
        return self.summed(terms)

    def summed(self, terms: list[Node | None]) -> Node:
        whole = elided(terms)
        if whole is None:
            raise NotAFormulaError("an ellipsis that could mean anything")
        return whole[0] if len(whole) == 1 else Apply("+", tuple(whole))

    def term(self) -> Node:
        """Read factors, written side by side or with a sign between them."""
        tree = self.signed()
        while True:
            if self.sees("operator", "*", "/", "//"):
                tree = Apply(self.take("operator").text, (tree, self.signed()))
            elif self.next.kind in STARTS:
                tree = Apply("*", (tree, self.power()))
            else:
                return tree

    def signed(self) -> Node:
        if not self.accept("operator", "-"):
            return self.power()
        self.deeper()
        tree = Apply("negate", (self.signed(),))
        self.depth -= 1
        return tree

    def power(self) -> Node:
        """Read a factor with its factorial and its exponent; 2^3^2 is 2^(3^2)."""
        tree = self.postfix()
        if self.accept("pick"):
            tree = Apply("binom", (tree, self.postfix()))
        if not self.accept("operator", "^"):
            return tree
        self.deeper()
        tree = Apply("^", (tree, self.exponent(tree)))
        self.depth -= 1
        return tree

    def exponent(self, base: Node) -> Node:
        r"""Read what stands behind ^; typed as text, e^-2x is the exponential of -2x.

        So it is in TeX, where a minus alone would be raised. `e^-2(x+1)` could be both.
        """
        first = self.next
        number = self.tokens[-2:][0] if self.sees("operator", "-") else first
        goes_on = base == EULER and (first is not number or not first.math)
        tree = self.signed()
        while goes_on and number.kind in ("number", "name") and self.touches("name"):
            tree = Apply("*", (tree, self.power()))
        if goes_on and number.kind == "number" and self.touches("open"):
            raise NotAFormulaError("an exponent without braces that may go on")
        return tree

    def touches(self, kind: str) -> bool:
        """Whether a token of this kind follows without a space."""
        return self.sees(kind) and not self.next.spaced

    def postfix(self) -> Node:
        tree = self.primary()
        if self.accept("operator", "!"):
            tree = Apply("factorial", (tree,))
        if self.sees("operator", "!"):
            raise NotAFormulaError("a double factorial")
        return tree

    def primary(self) -> Node:
        match self.next.kind:
            case "number":
                return Number(float(self.take("number").text))
            case "name":
                return Name(self.take("name").text)
            case "open":
                return self.bracketed()
            case "frac" | "binom":
                operation = self.take(self.next.kind).text
                return Apply(operation, (self.argument(), self.argument()))
            case "function":
                return self.function(self.take("function").text)
            case "sum":
                return self.series()
        raise NotAFormulaError(f"unexpected {self.next.text!r}")

    def bracketed(self) -> Node:
        bracket = self.take("open").text
        tree = self.group("close", bracket)
        return Apply(bracket, (tree,)) if bracket in ("floor", "ceil") else tree

    def argument(self) -> Node:
        """Read what TeX gives a command: a group, a name, or one digit."""
        token = self.next
        if token.kind == "number" and token.text.isdigit():
            self.tokens.pop()
            if len(token.text) > 1:
                rest = Token(kind="number", text=token.text[1:], start=0, end=0)
                self.tokens.append(rest)
            return Number(float(token.text[0]))
        if token.kind == "name":
            return Name(self.take("name").text)
        if token.kind == "open" and token.text != "{":
            raise NotAFormulaError("a command needs braces")
        return self.primary()

    def function(self, name: str) -> Node:
        r"""Read f(a), f(a, b), f a, \log_b a, \sqrt[b]{a}."""
        base = self.modifier(name)
        if self.sees("open", "(", "{", "["):
            arguments = self.arguments()
        else:
            arguments = (self.power(),)
        arguments += base
        low, high = ARITY.get(name, (1, 2 if base else 1))
        if not low <= len(arguments) <= high:
            raise NotAFormulaError(f"{name} of {len(arguments)} arguments")
        return Apply("root" if name == "sqrt" and base else name, arguments)

    def modifier(self, name: str) -> tuple[Node, ...]:
        """Read the base of a logarithm or the degree of a root, if there is one."""
        if name == "log" and self.accept("sub"):
            return (self.argument(),)
        if name == "sqrt" and self.accept("open", "["):
            return (self.group("close", "["),)
        return ()

    def arguments(self) -> tuple[Node, ...]:
        bracket = self.take("open").text
        found = [self.expression()]
        while self.accept("comma"):
            found.append(self.expression())
        self.take("close", bracket)
        return tuple(found)

    def series(self) -> Node:
        """Read a sum; its bounds stand in either order."""
        self.deeper()
        self.take("sum")
        high = self.upper() if self.sees("operator", "^") else None
        self.take("sub")
        self.take("open", "{")
        index = self.take("name").text
        self.take("relation", "=")
        low = self.group("close", "{")
        high = high or self.upper()
        tree = Series(index, low, high, self.term())
        self.depth -= 1
        return tree

    def upper(self) -> Node:
        self.take("operator", "^")
        if self.sees("number"):
            return Number(float(self.take("number").text))
        return self.argument()
