r"""Spell mathematical text the same way, whoever typed it.

In:   LaTeX, Python or plain text, and other spellings of declared letters.
Out:  the text with decorations taken off: `\mathbf{W}_1^{\prime}` becomes ` W _1'`.
Pure: regular expressions whose repetitions are short and do not nest; time is linear.
"""

import re
from collections.abc import Mapping

from grader.find.letter_notes import without_notes

ONES = "ⵑ"
"""A vector of ones, as one letter that nobody types."""
TRANSPOSED = "ⵜ"
"""Stands behind what is transposed."""
IDENTITY = "ⵟ"
"""An identity matrix of Python's."""
MATRIX, ENDED = "ⵍ", "ⵎ"
"""Brackets of a matrix."""
UPRIGHT_NAME = "ⵥ"
"""Stands behind a word that is one name: the sam of `\\operatorname{sam}`."""
CASES, CASED, OTHERWISE = "ⵇ", "ⵈ", "ⵅ"
"""Brackets around cases, and what stands for all others."""
SHOWN = str.maketrans(
    {ONES: "1", TRANSPOSED: "ᵀ", MATRIX: "(", ENDED: ")", CASES: "{", CASED: "}",
     OTHERWISE: "else", UPRIGHT_NAME: "", IDENTITY: "I"}
)  # fmt: skip
"""How our own signs are shown to people."""
BRANCHES = re.compile(r"\\begin\{cases\}(.{1,400}?)\\end\{cases\}", re.DOTALL)
STYLED = re.compile(r"\\(?:text|textrm|mbox|mathrm)\s?\{([^{}]{0,30})\}")
ELSE = re.compile(r"\b(?:otherwise|else|sonst|andernfalls)\b")
PLAIN = r"(?:mathbf|boldsymbol|bm|vec|mathbb|mathbbm|mathbbb|pmb|underline|mathds|bold)"
STYLE = rf"(?:{PLAIN}|mathrm|mathit|mathcal|mathsf)(?![A-Za-z])"
STYLED_LETTER = rf"\{{?\s?(?:\\{STYLE}\s?\{{?\s?)?(\w)\}}?\}}?"
UPRIGHT = (r"(?:\\top|\\intercal|\\mathsf\s?T|\\rm\s?T|\\text\s?\{\s?T\s?\}|T|⊤"
           r"|tr(?![A-Za-z]))")  # fmt: skip
NORM, BELOW = r"(?:\\[lr]?Vert|\\\||‖|\|\|)", r"(?:\s?_(?:2|\{\s?2\s?\}))?"

OPENED = r"\\(?:text|textrm|mathrm|operatorname\*?|mbox)\s?\{\s?"

STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    # A bold label is no factor of the formula behind it: **1 (a)** $y = ...
    (re.compile(r"^[ \t]{0,8}(?:[-*+>][ \t]{1,4})?(?:\*\*|__)[^*_$=\n]{1,40}(?:\*\*|__)",
                re.M), " ; "),
    (re.compile(rf"(?:{OPENED})?soft\s?\}}?\s?\(\s?(?:{OPENED})?arg\s?\}}?\s?\)\s?"
                rf"(?:{OPENED})?max(?![A-Za-z])\s?\}}?"), " softargmax "),
    (re.compile(rf"(?:\\{PLAIN}\s?(?:\{{\s?1\s?\}}|1)|[𝟙𝟏])(?:_(?:\w|\{{\w\}}))?"),
     f" {ONES} "),
    (re.compile(rf"\\{PLAIN}\s?(?:\{{\s?0\s?\}}|0)"), " 0 "),
    (re.compile(r"\b(?:(?:np|torch|numpy|jnp|sp|sympy)\.)?(?:eye|identity)"
                r"\((?:[^()\n]|\([^()\n]{0,20}\)){1,40}\)"), f" {IDENTITY} "),
    (re.compile(r"\b(?:(?:np|torch|numpy|jnp)\.)?ones\(\(?[\w.\[\]]{1,20}(?:,\s?1)?\)?\)"),
     f" {ONES} "),
    (re.compile(r"\b(?:(?:np|torch)\.)?sum\((\w{1,20}),\s?(?:axis|dim)=-?1\)"
                r"|\b(\w{1,20})\.sum\((?:(?:axis|dim)=)?-?1\)"), rf" \1\2 {ONES} "),
    (re.compile(r"\\(?:wide)?(?:hat|tilde)\s?(?:\{\s?\\nabla\s?\}|\\nabla)"), "∇"),
    (re.compile(r"\\(?:wide)?(?:hat|tilde)\s?"
                r"\{\s?\\nabla([^{}]{0,40}(?:\{[^{}]{0,20}\}[^{}]{0,20})?)\}"), r"∇ \1"),
    (re.compile(r"\\(?:over|under)set\s?\{[^{}]{0,30}\}\s?\{\s?=\s?\}"
                r"|\\stackrel\s?\{[^{}]{0,30}\}\s?\{\s?=\s?\}"), " = "),
    (re.compile(r"(?:\\langle|⟨)([^,⟨⟩$]{1,40}?),([^,⟨⟩$]{1,40}?)(?:\\rangle|⟩)"),
     r" ((\1)·(\2))"),
    (re.compile(r"\\dot(?![A-Za-z])\s?(?:\{\s?([A-Za-z])\s?\}|([A-Za-z]))"), r" \1\2'"),
    (re.compile(rf"\\(?:tilde|widetilde)\s?{STYLED_LETTER}"), r" \1tilde"),
    (re.compile(r"([A-Za-z])\u0302"), r" \1hat"),
    (re.compile(rf"\\(?:hat|widehat)\s?{STYLED_LETTER}"), r" \1hat"),
    (re.compile(rf"\\(?:bar|overline)\s?{STYLED_LETTER}"), r" \1bar"),
    (re.compile(r"\\(?:text|textrm|mbox)\s?\{\s?(softmax|softargmax|lse|exp|log|ReLU|relu|sign"
                r"|sgn|tanh|sech|coth|erf|max|sigmoid|grad|diag|tr|det|[A-Za-z])\s?\}"),
     r" \1 "),
    (re.compile(r"\\(?:mathrm|operatorname\*?)\s?\{\s?((?![Gg]rad\b)[A-Za-z]{3,20})\s?\}"),
     rf" \1{UPRIGHT_NAME} "),
    (re.compile(rf"\\(?:{PLAIN}|mathrm|mathit|mathcal|mathsf|operatorname\*?)"
                r"\s?\{\s?(\\?[A-Za-z]{1,20})\s?\}"), r" \1 "),
    (re.compile(rf"\\(?:{PLAIN}|mathrm|mathit|mathcal|mathsf|rm|cal)\s(?=\\?[A-Za-z])"),
     " "),
    (re.compile(r"\\(?:left|right|bigl?|bigr|Bigl?|Bigr|biggl?|biggr|Biggl?|Biggr)"
                r"(?=\s?[(){}\[\].|\\])"), " "),
    (re.compile(rf"\^\s?\{{(?:\s|\\[,!;:]){{0,3}}{UPRIGHT}\s?\}}|\^\s?{UPRIGHT}|[ᵀ⊤]|(?<=[\w)\]])\.T\b"),
     f" {TRANSPOSED} "),
    (re.compile(r"\(\s?1\s?,\s?(?:1\s?,\s?)?(?:\\[lc]?dots|\.\.\.|…)\s?,\s?1\s?\)"),
     f" {ONES} "),
    (re.compile(r"\^\s?\{\s?\\prime\s?\\prime\s?\}|\^\s?\\prime\s?\\prime|″"), "''"),
    (re.compile(r"\^\s?\{\s?(?:\\prime|')\s?\}|\^\s?(?:\\prime|')|[′’](?=[\s_^({=)$.,;]|$)"),
     "'"),
    (re.compile(r"\^\s?\{\s?\(\s?(\w)\s?\)\s?\}|\^\s?\(\s?(\w)\s?\)"), r"^\1\2"),
    (re.compile(r"\\lvert|\\rvert|\\vert"), "|"),
    (re.compile(r"(?<=[-\s+*/=(\d$&}])\|(?=[^\s|])([^|$\n]{1,40}?)\|(?=[-\s$+*/=<>).,^&\\}]|$)"),
     r" abs(\1)"),
    (re.compile(rf"{NORM}(.{{1,60}}?){NORM}{BELOW}(\s?\^(?:2|\{{\s?2\s?\}}))?{BELOW}"),
     r" norm(\1)\2"),
    (re.compile(r"(?<![A-Za-z_\\])[Gg]rad(?=\s{0,2}\(?\s?[A-Za-z](?![A-Za-z]))"), "∇"),
    (re.compile(r"(?<![\w}^])\{\s?(\\?\w{1,8}(?:_\w|_\{\w\})?)\s?\}(?=\s?[(\[^_'])"),
     r"\1"),
    (re.compile(r"_\{\s?(?:\((\w)\)|\[(\w)\])\s?\}|_\[(\w)\]"), r"_\1\2\3"),
    (re.compile(r"\\begin\{(?:[pbvB]?(?:small)?matrix|array)\}(?:\{[clr|\s]{0,9}\})?"),
     f" {MATRIX} "),
    (re.compile(r"\\end\{(?:[pbvB]?(?:small)?matrix|array)\}"), f" {ENDED} "),
)  # fmt: skip
TOUCHING = re.compile(r"(?<=[A-Za-z0-9])[ ]{1,3}(?=['_])")
"""The space that a decoration leaves before a prime or an index."""
SMALL = {
    "_": ("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼ", "0123456789+-aeoxhklmnpstiruvj"),
    "^": (
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        "0123456789+-()abcdefghijklmnoprstuvwxyz",
    ),
}
"""Characters that are written lower or higher, and what stands there."""
HATTED = {ord(c): f"{d}\u0302" for c, d in zip("ŵŷẑ", "wyz", strict=True)}
GREEK_NAMES = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi
    rho sigma tau phi chi psi omega Sigma Theta Lambda Phi Delta Omega"""
GREEK = dict(zip("αβγδεζηθικλμνξπρστφχψωΣΘΛΦΔΩ", GREEK_NAMES.split(), strict=True))
GREEK["ℓ"] = "ell"
VARIANTS = {"varphi": "phi", "vartheta": "theta", "varepsilon": "epsilon", "ell": "ell"}
COMMANDS = frozenset(GREEK.values()) - {"pi"} | set(VARIANTS) | {"nabla"}


def plain(text: str, spellings: Mapping[str, str]) -> str:
    """Take decorations off, and spell declared names the declared way.

    `spellings` maps identifiers of Python (`W1_new`, `sigmoid`) to declared names.
    """
    text = BRANCHES.sub(_branches, without_notes(text))
    text = without_small(text).translate(HATTED)
    for pattern, replacement in STEPS:
        text = pattern.sub(replacement, text)
    text = TOUCHING.sub("", text)
    if not spellings:
        return text
    longest = sorted(spellings, key=len, reverse=True)
    upright = re.compile(
        rf"(?<![A-Za-z])({'|'.join(map(re.escape, longest))}){UPRIGHT_NAME}"
    )
    text = upright.sub(lambda match: f" {spellings[match[1]]}", text)
    # In prose "sigmoid" is a word; beside a sign or a bracket it is a name.
    words = re.compile(
        rf"(?<![A-Za-z0-9_\\])({'|'.join(map(re.escape, longest))})(?![A-Za-z0-9])"
        r"(?=\s{0,2}[-+*/=^_('\[{)@]|\s?\\c|\s?ⵜ)"
    )
    return words.sub(lambda match: f" {spellings[match[1]]}", text)


def without_small(text: str) -> str:
    """`e⁻ˣ` as `e^{-x} ` and `wᵢⱼ` as `w_{ij}`."""
    for sign, (small, large) in SMALL.items():
        table = str.maketrans(small, large)
        end = " " if sign == "^" else ""

        def spelled_out(match: re.Match[str]) -> str:
            found = match[0].translate(table)  # noqa: B023  used at once
            found = found if len(found) == 1 else f"{{{found}}}"
            return f"{sign}{found}{end}"  # noqa: B023

        text = re.sub(f"[{small}]+", spelled_out, text)
    return text


def _branches(match: re.Match[str]) -> str:
    """Cases without the words in them: they would end the formula."""
    inside = ELSE.sub(OTHERWISE, STYLED.sub(r" \1 ", match[1]))
    inside = re.sub(r"\b(?:if|for|when|falls|für|wenn)\b", " ", inside)
    return f" {CASES} {inside} {CASED} "
