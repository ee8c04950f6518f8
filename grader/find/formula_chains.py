"""Find, among the tokens of a text, what could be formulas, and what stands around them.

In:   tokens of a whole text.
Out:  chains of members: R(n) = a = b has three. A member may still be no formula.
Pure: tokens in, tokens out; linear time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, takewhile

from grader.find.formula_tokens import Token
from grader.find.formula_words import DASH

REACH = 4
LONGEST = 320
ARTICLES = ("a", "A", "I")
APPLIED = frozenset(
    """exp log ln tanh sinh cosh sqrt softmax argmax max min relu sigmoid sum mal times
    divided""".split()  # noqa: SIM905
)
SEPARATES = ("separator", "soft", "comma")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One side of a relation.

    Attributes:
        tokens: without the words, bullets and stray brackets around them.
        relation: "=", "<=" or "->" before it; empty for the first of its chain.
        before, after: up to two words that touch it, in small letters.
        cut: not all of it was kept: a bracket was left out, or a word beside it is a
            function.
    """

    tokens: tuple[Token, ...]
    relation: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    cut: bool = False


Chain = tuple[Member, ...]


def chains(tokens: Sequence[Token]) -> Iterator[Chain]:
    """Split a text at words and punctuation into chains, and these at relations."""
    tokens = _joined(tokens)
    for first, last in _runs(tokens):
        if first < last:
            yield tuple(_members(tokens, first, last))


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Forget line ends and dollars where a relation or an operator bridges them."""
    behind = _neighbours(tokens)
    ahead = _neighbours(tokens[::-1])[::-1]
    out = []
    spaced = False
    for token, left, right in zip(tokens, behind, ahead, strict=True):
        spaced |= token.spaced
        if token.kind == "soft" and _bridged(token, left, right):
            continue
        out.append(replace(token, spaced=True) if spaced and not token.spaced else token)
        spaced = False
    return out


def _neighbours(tokens: Sequence[Token]) -> list[Token | None]:
    """Name, for each token, the last one before it that is not soft."""
    found: list[Token | None] = []
    last: Token | None = None
    for token in tokens:
        found.append(last)
        last = last if token.kind == "soft" else token
    return found


def _bridged(gap: Token, left: Token | None, right: Token | None) -> bool:
    """A relation bridges every gap; an operator all but the start of a new line.

    There it may be a bullet; at the end of a line only `+` and `-` are no emphasis.
    """
    if any(one is not None and one.kind == "relation" for one in (left, right)):
        return True
    if gap.text == "line":
        return left is not None and left.kind == "operator" and left.text in ("+", "-")
    return any(one is not None and one.kind == "operator" for one in (left, right))


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Name the first and last + 1 token of each stretch without words."""
    words = [i for i, token in enumerate(tokens) if token.kind == "word"]
    for left, right in pairwise([-1, *words, len(tokens)]):
        inside = range(left + 1, right)
        yield from _split(tokens, inside, lambda token: token.kind in SEPARATES)


def _split(
    tokens: Sequence[Token], places: range, splits: Callable[[Token], bool]
) -> Iterator[tuple[int, int]]:
    """Split at tokens outside brackets; parts may be empty."""
    depths = _depths(tokens[places.start : places.stop])
    first = places.start
    for place, depth in zip(places, depths, strict=True):
        if depth == 0 and splits(tokens[place]):
            yield first, place
            first = place + 1
    yield first, places.stop


def _depths(tokens: Sequence[Token]) -> list[int]:
    """Count the matched brackets around each token."""
    pairs = _pairs(tokens)
    closing = set(pairs.values())
    depths = []
    depth = 0
    for place in range(len(tokens)):
        depth -= place in closing
        depths.append(depth)
        depth += place in pairs
    return depths


def _pairs(tokens: Sequence[Token]) -> dict[int, int]:
    """Map each matched opening bracket to its closing one."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(place)
        elif token.kind == "close" and opened and tokens[opened[-1]].text == token.text:
            pairs[opened.pop()] = place
    return pairs


def _members(tokens: Sequence[Token], first: int, last: int) -> Iterator[Member]:
    relation = ""
    places = range(first, last)
    for start, stop in _split(tokens, places, lambda token: token.kind == "relation"):
        before = tokens[start - 1] if start else None
        after = tokens[stop] if stop < len(tokens) else None
        found = trimmed(tokens[start:stop], before, after)
        yield Member(
            tokens=tuple(found),
            relation=relation,
            before=_words(tokens[max(start - REACH, 0) : start][::-1]),
            after=_words(tokens[stop : stop + REACH]),
            cut=(bool(relation) and _cut(tokens[start:stop], found, "open"))
            or (stop < last and _cut(tokens[start:stop][::-1], found[::-1], "close"))
            or _applied(before)
            or _applied(after, tokens[stop + 1 : stop + 2]),
        )
        relation = tokens[stop].text if stop < last else ""


def _cut(tokens: Sequence[Token], found: Sequence[Token], kind: str) -> bool:
    """Whether a bracket was left out at this end, beside which the chain goes on."""
    first = next((token for token in tokens if token.kind != "soft"), None)
    return first is not None and first.kind == kind and first not in found[:1]


def _applied(word: Token | None, behind: Sequence[Token] = ()) -> bool:
    """Whether a word beside a formula is a part of it: a function, "times", dZ/ds."""
    if word is None or word.kind != "word":
        return False
    glued = any(one.kind == "operator" and not one.spaced for one in behind)
    return glued or word.text.lower() in APPLIED


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Collect the words that touch the start of `tokens`, at most two."""
    near = takewhile(lambda token: token.kind in ("word", "soft"), tokens)
    words = [token.text.lower().split() for token in near if token.kind == "word"]
    return tuple(chain.from_iterable(words))[:2]


def trimmed(
    tokens: Sequence[Token], before: Token | None, after: Token | None
) -> list[Token]:
    """Take off what belongs to the sentence: bullets, emphasis, labels, stray brackets.

    An operator that joins the formula to a word stays, and so makes it unreadable:
    `2 * width + n` must not become `n`.
    """
    tokens = list(tokens) if len(tokens) <= LONGEST else []
    if not tokens or tokens[0].math:
        return _unbracketed(tokens)
    size = len(tokens) + 1
    while tokens and len(tokens) < size:
        size = len(tokens)
        tokens = _unlabelled(_unbulleted(tokens, before))
        tokens = _unbracketed(_unemphasised(tokens, after))
    return tokens


def _unbulleted(tokens: list[Token], before: Token | None) -> list[Token]:
    """Drop `- `, `* `, `+ ` at the start of a line, ` - ` after a word, and `**`."""
    first = tokens[0]
    if first.kind != "operator" or (before and before.kind == "relation"):
        return tokens
    starts = before is None or before.kind in ("soft", "separator")
    spaced = len(tokens) > 1 and tokens[1].spaced
    if spaced and (starts or first.text in ("-", DASH)):
        return tokens[1:]
    stars = first.text == "*" or (first.text == "^" and first.end - first.start == 2)
    return tokens[1:] if stars and not spaced else tokens


def _unemphasised(tokens: list[Token], after: Token | None) -> list[Token]:
    """Drop the stars that close an emphasis, and a dash before a word."""
    if not tokens or tokens[-1].kind != "operator":
        return tokens
    last = tokens[-1]
    stars = last.text == "*" or (last.text == "^" and last.end - last.start == 2)
    free = after is None or after.spaced or after.kind != "word"
    closes = stars and not last.spaced and free
    return tokens[:-1] if closes or last.text == DASH else tokens


def _unlabelled(tokens: list[Token]) -> list[Token]:
    """Drop `a)`, `(a)`, `1)` and an article before a formula."""
    kinds = [token.kind for token in tokens[:3]]
    if len(tokens) > 2 and kinds[0] in ("name", "number") and kinds[1] == "close":
        return tokens[2:] if tokens[2].spaced else tokens
    if len(tokens) > 3 and kinds == ["open", "name", "close"] and tokens[3].spaced:
        return tokens[3:] if tokens[1].text in "abcdef" and _starts(tokens[3]) else tokens
    article = len(tokens) > 1 and kinds[0] == "name" and tokens[0].text in ARTICLES
    return tokens[1:] if article and tokens[1].spaced and _starts(tokens[1]) else tokens


def _starts(token: Token) -> bool:
    return token.kind not in ("operator", "close", "sub", "relation")


def _unbracketed(tokens: list[Token]) -> list[Token]:
    """Drop brackets at the edges that have no partner: they enclose words.

    At the inner side, as in `n + 1 (see above)`, a space has to part them.
    """
    pairs = _pairs(tokens)
    matched = {*pairs, *pairs.values()}
    first, last = 0, len(tokens)
    while first < last and first not in matched and _stray(tokens, first, "open"):
        first += 1
    while last > first and last - 1 not in matched and _stray(tokens, last - 1, "close"):
        last -= 1
    return tokens[first:last]


def _stray(tokens: Sequence[Token], place: int, outward: str) -> bool:
    """Tell whether a bracket without a partner may be dropped at this edge."""
    kind, text = tokens[place].kind, tokens[place].text
    if kind == outward:
        return True
    parted = tokens[place if kind == "open" else min(place + 1, len(tokens) - 1)]
    return kind in ("open", "close") and text in "([" and parted.spaced
