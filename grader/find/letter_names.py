"""Join the letters of a formula with their indices, layers and primes into names.

In:   tokens, and the names that a rubric declares.
Out:  tokens in which a declared name is one.
Pure: linear time.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from grader.find.formula_tokens import Token
from grader.find.letter_text import GREEK, VARIANTS, plain

END = Token(kind="end", text="", start=0, end=0)


class Spelled(NamedTuple):
    """A name in parts, so that `W'_1` and `W_{1}'` are the same."""

    base: str
    sub: str = ""
    sup: str = ""
    primes: int = 0

    def __str__(self) -> str:
        parts = [self.base, self.sub and f"_{self.sub}", self.sup and f"^{self.sup}"]
        return "".join(parts) + "'" * self.primes


def spelled(name: str) -> Spelled:
    """Take a declared name apart; it is spelled as a rubric spells it."""
    text = plain(name, {}).replace("\\", "").replace("{", "").replace("}", "")
    text = "".join(text.split())
    primes = text.count("'")
    text = text.replace("'", "")
    head, _, sup = text.partition("^")
    base, _, sub = head.partition("_")
    if "_" in sup:  # W^1_i
        sup, _, sub = sup.partition("_")
    return Spelled(GREEK.get(base, VARIANTS.get(base, base)), sub, sup, primes)


def fused(tokens: Sequence[Token], names: Set[str]) -> Iterator[Token]:
    """Join a name with the index, the layer and the primes that belong to it."""
    place = 0
    while place < len(tokens):
        start = place
        if tokens[place].kind == "name":
            found, place = _longest(tokens, place, names)
            yield from found
            if _indexed(tokens, start, place):
                yield replace(tokens[place], kind="sub", text="_")
        else:
            yield tokens[place]
            place += 1


def _indexed(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Whether a number touches a letter as its index, as in w1; not in ^n2 and _{i1}."""
    behind = tokens[stop] if stop < len(tokens) else END
    if behind.kind != "number" or behind.spaced or not behind.text.isdigit():
        return False
    before = [token.text for token in tokens[max(start - 4, 0) : start]]
    return before[-1:] != ["^"] and "_" not in before


def _longest(
    tokens: Sequence[Token], place: int, names: Set[str]
) -> tuple[list[Token], int]:
    """The longest declared name that begins here; else the letter with its primes.

    In `x_i'` the declared name may be `x'`; its index then follows it.
    """
    one, stop = Spelled(tokens[place].text), place + 1
    if one.base in ("∂", "nabla"):
        return [tokens[place]], stop
    best, end = one, stop
    known = str(one) in names
    index = slice(stop, stop)
    while step := _step(tokens, stop, one):
        if step[0].sub != one.sub:
            index = slice(stop, step[1])
        one, stop = step
        bare = one._replace(sub="")
        if str(one) in names or (not known and _one_name(one)):
            best, end, known = one, stop, str(one) in names
            index = slice(stop, stop) if one.sub else index
        elif str(bare) in names and bare != best:
            best, end, known = bare, stop, True
    name = replace(tokens[place], text=str(best), end=tokens[end - 1].end)
    inner = index.start < end and not best.sub
    return [name, *(tokens[index] if inner else ())], end


def _one_name(one: Spelled) -> bool:
    """Tell an undeclared name from a letter with an index or a power."""
    return not one.sup and (not one.sub or one.sub.isdigit() or len(one.sub) > 2)


def _step(tokens: Sequence[Token], place: int, one: Spelled) -> tuple[Spelled, int] | None:
    """Read one more part of a name: a prime, an index or a layer."""
    token = tokens[place] if place < len(tokens) else END
    if token.kind == "prime":
        return one._replace(primes=one.primes + 1), place + 1
    if token.kind == "number" and not token.spaced and not (one.sub or one.primes):
        return one._replace(sub=token.text), place + 1
    part = "sub" if token.kind == "sub" else "sup"
    power = token.kind == "operator" and token.text == "^"
    if not (token.kind == "sub" or power) or getattr(one, part):
        return None
    inner, stop = _group(tokens, place + 1)
    if not inner:
        return None
    return (one._replace(sub=inner) if part == "sub" else one._replace(sup=inner)), stop


def _group(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """The text of one token, or of a short group in braces, and where it ends."""
    token = tokens[place] if place < len(tokens) else END
    if token.kind in ("name", "number"):
        return token.text, place + 1
    if token.kind != "open" or token.text != "{":
        return "", place
    texts: list[str] = []
    for stop in range(place + 1, min(place + 6, len(tokens))):
        if tokens[stop].kind == "close":
            return "".join(texts), stop + 1
        if tokens[stop].kind not in ("name", "number", "word", "comma", "function"):
            break
        texts.append(tokens[stop].text)
    return "", place
