"""What commands, signs and words mean in a formula.

In:   nothing; these are tables.
Out:  a kind of token and its text for each spelling; an empty text means the spelling.
Pure: constants. What stands in no table is not understood, and spoils its formula.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Meaning: TypeAlias = tuple[str, str]
MINUS = ("-", "\N{MINUS SIGN}")
DASH = "\N{EN DASH}"
TIMES = ("cdot", "times", "ast", "*", "·", "\N{MULTIPLICATION SIGN}", "⋅", "∙")

SKIPPED = frozenset(
    """left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr limits
    nolimits displaystyle textstyle nonumber notag centering
    mathbf mathrm boldsymbol bm""".split()  # noqa: SIM905
)
SEPARATORS = frozenset(
    """ge geq geqslant gt lt neq ne approx sim simeq in mid forall colon therefore
    implies iff to rightarrow Rightarrow Longrightarrow Leftrightarrow quad qquad newline
    square blacksquare Box qed hfill checkmark
    < > >= != => <- -> → ≥ ≠ ≈ ⇒ ⟹ ∴ ; : . | ` # ? " ' —""".split()  # noqa: SIM905
)


def _all(spellings: Iterable[str], kind: str, text: str = "") -> dict[str, Meaning]:
    return {spelling: (kind, text or spelling) for spelling in spellings}


MEANINGS: Mapping[str, Meaning] = {
    **_all(SEPARATORS, "separator"),
    **_all(("frac", "tfrac", "dfrac", "cfrac", "nicefrac"), "frac", "/"),
    **_all(("binom", "tbinom", "dbinom"), "binom", "binom"),
    **_all(("sum", "∑", "Σ"), "sum", "sum"),
    **_all(("sqrt", "√"), "function", "sqrt"),
    **_all(("log", "ln", "exp"), "function"),
    **_all(("choose",), "infix", "binom"),
    **_all(("over",), "infix", "/"),
    **_all(("+", "//", "!", DASH), "operator"),
    **_all(MINUS, "operator", "-"),
    **_all(TIMES, "operator", "*"),
    **_all(("div", "/", "÷"), "operator", "/"),
    **_all(("^", "**"), "operator", "^"),
    **_all(("=", "==", ":=", "coloneqq", "equiv"), "relation", "="),
    **_all(("le", "leq", "leqslant", "<=", "≤"), "relation", "<="),
    **_all(("mapsto", "↦"), "relation", "->"),
    **_all(("dots", "ldots", "cdots", "dotsb"), "ellipsis", "..."),
    **_all(("boxed", "fbox", "framebox", "underline"), "boxed"),
    **_all(("max", "min", "infty"), "word"),
    **_all("([{", "open"),
    **_all(")", "close", "("),
    **_all("]", "close", "["),
    **_all("}", "close", "{"),
    **_all(("lfloor", "⌊"), "open", "floor"),
    **_all(("rfloor", "⌋"), "close", "floor"),
    **_all(("lceil", "⌈"), "open", "ceil"),
    **_all(("rceil", "⌉"), "close", "ceil"),
    **_all("²", "power", "2"),
    **_all("³", "power", "3"),
    **_all(("pi",), "number", "3.141592653589793"),
    **_all(",", "comma"),
    **_all("_", "sub"),
}
CHARACTERS: Mapping[str, str] = {
    "½": "0.5",
    "¼": "0.25",
    "¾": "0.75",
    "π": "3.141592653589793",
}
FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(("comb", "binom", "binomial", "nCr", "ncr", "choose", "C"), "binom"),
    **{name: name for name in ("sqrt", "exp", "log", "ln", "floor", "ceil", "abs")},
    "factorial": "factorial",
}
PICKS = frozenset({"choose", "über", "ueber"})
