"""What is struck out was taken back; what only looks so stays."""

from typing import Any

import pytest

from grader.find.struck import without_struck
from grader.model.finds import FindNumber, FindText

STRUCK = [
    ("~~$a = b$~~ no: $c$", "  no: $c$"),
    ("so ~~a\nb~~ c", "so \n c"),
    ("**a)** ~~$s' = \\frac{1}{2}$~~\n$s' = 1$", "**a)**  \n$s' = 1$"),
    ("x <s>one</s> <del class='a'>two</del> <STRIKE>three</STRIKE>", "x      "),
    ("<del>a\n\nb</del>c", "\n\nc"),
    ("~~a~~ b ~~c~~", "  b  "),
    ("~~## 2 (b)~~", " "),
]


@pytest.mark.parametrize(("text", "want"), STRUCK)
def test_what_is_struck_out_is_no_text(text: str, want: str):
    """In Markdown within a paragraph, in HTML anywhere; the line breaks stay."""
    assert without_struck(text) == want


STAYS = [
    "`~~a~~`", "```\n~~a~~\n```", "~~~\n~~a~~\n~~~", r"$a~~b$ and $c~~d$", "$$a\n~~b~~$$",
    r"\[a~~b~~c\]", r"\begin{align}a~~b~~c\end{align}", "~a~", "x ~ N(0, 1), y ~ N(0, 1)",
    "a ~~ b ~~ c", "~~a", "~~a\n\nb~~", r"\~~a~~", "<s>a", "a</s>", "<span>a</span>",
    "`<s>` and `</s>`", r"$\tilde{x}$ is $\tilde y$", "", "a ~~~b~~~ c",
]  # fmt: skip


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_struck_out(text: str):
    """Code, formulas, one tilde alone, and what does not close in its paragraph."""
    assert without_struck(text) == text


def test_many_tildes_take_no_time():
    """Nor do brackets that never close."""
    for text in ("~~a " * 20000, "<s>" * 20000, r"~~a\(" * 5000, "~~a$$" * 9000):
        assert without_struck(text)


def test_finders_pass_over_what_is_struck_out(hand: Any):
    """Of numbers, words and labels; the cell itself stays as it was handed in."""
    hand.text("# 3a\n~~61 parameters, all counted~~\n\n81 parameters")
    hand.text("~~# 3b~~\nas well")
    near = FindNumber.model_validate({"near": ["parameter"]})

    (number,) = hand.find(near, "3a").hits
    texts = hand.find(FindText(), "3a").hits

    assert number.value == 81
    assert [hit.value.text.split() for hit in texts] == [
        ["#", "3a", "81", "parameters"],
        ["as", "well"],
    ]
    assert "61" in hand.cells[0].source
