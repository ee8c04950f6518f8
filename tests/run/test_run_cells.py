"""What a cell becomes before it runs: Python stays as it is, the rest is IPython's."""

import pytest
from IPython.core.inputtransformer2 import HelpEnd, TransformerManager

from grader.run.inside.shell import Transformer, is_python

PYTHON = (
    "a = 1",
    "b = 5 \\\n% 3",
    "c = (5\n% 3)",
    "s = '''\n%time\n!ls\n?x\n'''",
    "d = f'{1 != 2}'",
    "import asyncio\nawait asyncio.sleep(0)",
    "# a comment\n\n# ?",
    "",
)
OTHER = (
    "%time e = 2",
    "f = %time 3",
    "g = !ls",
    "!ls",
    "len?",
    "?len",
    "%%time\nh = 1",
    "for i in range(2):\n    %time i",
    "/print 1",
    ",print a b",
    "print(1\n",
    "print 'two'",
    "i = 1\n%time i\nj = !ls\ni??",
    "k = '\0'",
)
CLEANED = (">>> l = 1", "In [1]: m = 1", "    n = 1\n    o = 2", "\n\n  p = 1")


@pytest.mark.parametrize("text", [*PYTHON, *OTHER, *CLEANED])
def test_a_cell_becomes_what_ipython_makes_of_it(text):
    """What is left out changes nothing."""
    try:
        expected = TransformerManager().transform_cell(text)
    except SyntaxError as error:
        with pytest.raises(type(error)):
            Transformer().transform_cell(text)
        return

    assert Transformer().transform_cell(text) == expected


@pytest.mark.parametrize("text", PYTHON)
def test_python_is_not_searched_for_magics(text):
    """It is handed back as it came."""
    lines = text.splitlines(keepends=True)

    assert is_python(text)
    assert Transformer().do_token_transforms(lines) is lines


@pytest.mark.parametrize("text", OTHER)
def test_what_is_not_python_is_searched(text):
    """Whether there is a magic or a mistake is IPython's to find."""
    assert not is_python(text)


class Shouting(HelpEnd):
    """A student's own: a line that ends with `now` is run twice."""

    @classmethod
    def find(cls, tokens_by_line):
        """Find the word."""
        for line in tokens_by_line:
            if any(token.string == "now" for token in line):
                return cls(line[0].start, line[0].start)
        return None

    def transform(self, lines):
        """Take the word away."""
        return [line.replace("now", "soon") for line in lines]


def test_a_students_own_transformer_is_heeded():
    """It may rewrite what is Python already."""
    found = Transformer()
    found.token_transformers.append(Shouting)

    assert found.transform_cell("now = 1") == "soon = 1\n"


def test_cells_that_wait_are_awaited(box):
    """`await` and its like run at the top of a cell; names that hold the words too."""
    seen = box(
        "import asyncio\nawait asyncio.sleep(0)\na = 1",
        "async def g():\n    yield 2",
        "b = [x async for x in g()]",
        "async for c in g():\n    pass",
        "awaited = 3",
    )

    assert [cell.error for cell in seen.cells] == [None] * 5
    assert bound(seen) == {"a": 1, "b": [2], "c": 2, "awaited": 3}


def test_a_kernel_needs_no_list_of_modules(box):
    """What asks for it does without; stored values and bookmarks have their folder."""
    seen = box(
        "a = 1",
        "%store a",
        "%reset -f aggressive",
        "%store -r a",
        "import sys\nb = 'numpy' in sys.modules\n%bookmark -l",
    )

    assert [cell.error for cell in seen.cells] == [None] * 5
    assert bound(seen) == {"a": 1, "b": True}


def test_what_a_student_logs_is_all_that_is_logged(box):
    """Jupyter's own lines stay out of it, at whatever level."""
    seen = box(
        "import logging, sys\nlogging.basicConfig(level=logging.DEBUG, stream=sys.stdout)",
        "logging.debug('mine')",
    )

    assert [cell.stderr for cell in seen.cells] == ["", ""]
    assert [
        line for line in seen.cells[1].stdout.splitlines() if "asyncio" not in line
    ] == ["DEBUG:root:mine"]


def bound(seen):
    """Return what the names hold at the end, functions left out."""
    found = {named.name: named.value for named in seen.names}
    return {name: value for name, value in found.items() if name not in ("g", "x")}
