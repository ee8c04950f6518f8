"""Each kind of mistake, alone in an otherwise good rubric: the whole message."""

from collections.abc import Callable

import pytest

from grader.checks import CHECKS
from grader.errors import Problem

NAMES = "checks: " + ", ".join(sorted(CHECKS))
CASES = [
    (  # which of several answers counts
        'section: "2"}',
        'section: "2", which: lats}',
        "which must be 'usual', 'last', 'first' or 'best', got the text 'lats'",
        "did you mean 'last'?",
        "which: lats",
    ),
    # keys
    (
        "course: A course",
        "cuorse: A course",
        "unknown key 'cuorse'",
        "did you mean 'course'?",
    ),
    (
        "{cell_seconds: 20}",
        "\n  zzz: 20",
        "unknown key 'zzz'",
        "keys here: cell_seconds, total_seconds, probe_seconds, memory_gb, processes, "
        "disk_gb, output_bytes, pictures",
        "zzz",
    ),
    ("    title: Values\n", "", "a question needs the key 'title'", "", '- id: "1a"'),
    (
        "        states: The proof is complete.\n",
        "",
        "a criterion needs the key 'states'",
        "One statement, for the student to read.",
        "- id: 2.proof",
    ),
    (
        "        kinds: [.pdf]\n",
        "",
        "check files_present needs the key 'kinds'",
        "Endings: .ipynb, .pdf",
        "- id: 3.files",
    ),
    # checks
    (
        "check: number_close",
        "check: number_clsoe",
        "unknown check 'number_clsoe'",
        "did you mean 'number_close'?",
    ),
    ("check: number_close", "check: xyz", "unknown check 'xyz'", NAMES),
    (
        "        check: number_close\n",
        "",
        "a criterion needs the key 'check'",
        NAMES,
        "- id: 1a.count",
    ),
    (
        "check: number_close",
        "check: 3",
        "check needs the name of a check, got the number 3",
        NAMES,
    ),
    ("check: number_close", "check: ''", "check is empty", NAMES),
    (
        "check: number_close",
        "check: [manual]",
        "check needs the name of a check, got a list",
        NAMES,
    ),
    # types
    (
        "points: 6",
        'points: "6"',
        "points needs a number, got the text '6'",
        "write 6 without quotes",
    ),
    ("points: 6", "points: 6,0", "points needs a number, got the text '6,0'", "write 6.0"),
    ("points: 6", "points: six", "points needs a number, got the text 'six'", ""),
    ("points: 6", "points: true", "points needs a number, got true", ""),
    ("points: 6", "points: ~", "points needs a number, got nothing", ""),
    (
        "title: Values",
        "title: 4",
        "title needs text, got the number 4",
        'write "4" in quotes',
    ),
    (
        "title: Values",
        "title: 1.10",
        "title needs text, got the number 1.1",
        'write "1.10" in quotes',
    ),
    (
        "title: Values",
        "title: True",
        "title needs text, got true",
        'write "True" in quotes',
    ),
    ("title: Values", "title: null", "title needs text, got nothing", ""),
    ("title: Values", "title: ' '", "title is empty", "write some text"),
    (
        "bonus: true",
        "bonus: yes",
        "bonus needs true or false, got the text 'yes'",
        "write true",
    ),
    ("seed: 7", "seed: 7.5", "seed needs a whole number, got the number 7.5", ""),
    (
        "near: [parameter, params]",
        "near: parameter",
        "near needs a list, got the text 'parameter'",
        "write [parameter]",
    ),
    (
        "near: [parameter, params]",
        "near: [parameter, 2]",
        "entry 2 of near needs text, got the number 2",
        'write "2" in quotes',
    ),
    (
        "limits: {cell_seconds: 20}",
        "limits: 20",
        "limits needs a mapping, got the number 20",
        "",
    ),
    # values
    ("schema: 1", "schema: 2", "schema must be 1, got the number 2", ""),
    (
        "{cell_seconds: 20}",
        "{cell_seconds: 0}",
        "cell_seconds must be more than 0, got 0",
        "",
    ),
    ("credit: 0.5", "credit: 1.5", "credit must be at most 1, got 1.5", ""),
    ("rtol: 1e-4", "rtol: -1e-4", "rtol must be at least 0, got -0.0001", ""),
    ("uniform: [-2, 2]", "uniform: [-2]", "uniform needs 2 entries, got 1", ""),
    (
        "uniform: [-2, 2]",
        "uniform: [0, 1, 2]",
        "uniform needs at most 2 entries, got 3",
        "",
    ),
    ("names: [logsumexp, lse]", "names: []", "names needs at least 1 entry, got 0", ""),
    ("seed: 7", "seed: .inf", "'.inf' is no finite number", "write a finite number"),
    (
        "uniform: [-2, 2], ",
        "",
        "an input needs exactly one of uniform, normal, signs, values",
        "",
        "  grid:",
    ),
    (
        "constant: 0,",
        "constant: 0, values: [1],",
        "an argument needs exactly one of input, values, constant",
        "",
    ),
    # tolerances
    (
        ", because: it is a count",
        "",
        "a tolerance needs a reason: because",
        "why these numbers, and no wider?",
        "{rtol: 0, atol: 0}",
    ),
    (
        "because: it is a count",
        "because: ''",
        "a tolerance needs a reason: because",
        "why these numbers, and no wider?",
    ),
    (
        "because: it is a count",
        "because: ~",
        "a tolerance needs a reason: because",
        "why these numbers, and no wider?",
    ),
    # ids
    (
        "- id: 2.proof",
        "- id: 3.proof",
        "criterion id '3.proof' must start with '2.'",
        "write 2.proof",
    ),
    (
        "- id: 2.proof",
        "- id: '2.'",
        "criterion id '2.' must start with '2.'",
        "write 2.word",
    ),
    (
        "assignment: sheet1",
        "assignment: sheet1\nreference: ../none.md",
        "the reference none.md does not exist",
        "",
        "reference:",
    ),
    (
        "skeleton: ../sheet1.ipynb",
        "skeleton: ../none.ipynb",
        "the skeleton none.ipynb does not exist",
        "",
    ),
    # points
    (
        "points: 6",
        "points: 5",
        "the rubric has 5 points; its questions sum to 6",
        "bonus questions are not counted",
    ),
    (
        "points: 1.5",
        "points: 1.25",
        "criterion '2.proof' has 2 points; its lines sum to 1.75",
        "",
        "points: 2\n        check: manual",
    ),
    (
        "points: 2.0",
        "points: 1.0",
        "question '3' has 2 points; its criteria sum to 1",
        "",
        "points: 2\n    bonus",
    ),
    # names
    (
        "needs: [1a.count]",
        "needs: [1a.function]",
        "criterion '1a.function' needs itself",
        "",
    ),
    (
        "needs: [1a.count]",
        "needs: [1a.cuont]",
        "needs unknown criterion '1a.cuont'",
        "did you mean '1a.count'?",
    ),
    (
        "needs: [1a.count]",
        "instead: 1a.cuont",
        "instead names unknown criterion '1a.cuont'",
        "did you mean '1a.count'?",
    ),
    (
        "needs: [1a.count]",
        "negated_with: 2.architecture",
        "negated_with names '2.architecture', which is decided later",
        "move that criterion up",
    ),
    ("needs: [1a.count]", "needs: [1a.count, 1a.count]", "needs '1a.count' twice", ""),
    (
        'params], section: "2"',
        'params], section: "9"',
        "unknown section '9'",
        "sections: 1a, 2, 3, any",
    ),
    (
        "input: grid",
        "values: [1]",
        "input 'grid' is used by no argument",
        "name it in an argument, or delete it",
        "  grid:",
    ),
    # details
    (
        "'over-?fit\\w*\\b'",
        "'(over'",
        "'(over' is no regular expression: "
        "missing ), unterminated subpattern at position 0",
        "",
    ),
    ("value: 61", "value: 60.0", "known_wrong lists 60 twice", ""),
    (
        "linear 20 1]",
        "linear 21 1]",
        "'linear 21 1' follows a layer of 20 outputs",
        "write linear 20 ...",
    ),
    (
        "inputs: 2,",
        "inputs: 3,",
        "'linear 2 20' takes 2 numbers, find says inputs: 3",
        "",
        "architecture: [",
    ),
    (
        "outputs: 1,",
        "outputs: 3,",
        "'linear 20 1' gives 1 numbers, find says outputs: 3",
        "",
        "architecture: [",
    ),
    (
        "hidden: [1, 1]",
        "hidden: [2, 3]",
        "the architecture has 1 hidden layers, find says hidden: [2, 3]",
        "",
        "architecture: [",
    ),
    ("hidden: [1, 1]", "hidden: [2, 1]", "hidden must go from low to high, got [2, 1]", ""),
    (
        "relu, linear 20 1",
        "rleu, linear 20 1",
        "unknown layer 'rleu'",
        "write 'linear IN OUT', relu, tanh or sigmoid",
    ),
    (
        "[linear 2 20, relu, linear 20 1]",
        "[relu]",
        "the architecture has no linear layer",
        "",
    ),
    ("kinds: [.pdf]", "kinds: [pdf]", "'pdf' is no ending of a file", "write .pdf"),
    (
        "uniform: [-2, 2]",
        "uniform: [2, 2]",
        "uniform is [low, high) with low below high",
        "",
    ),
    ("shape: [5, 2]", "shape: [5, -2]", "entry 2 of shape must be at least 1, got -2", ""),
    (
        "near: [parameter, params], ",
        "",
        "find says neither near nor names",
        "near: words that stand beside it; names: patterns of variables",
        'find: {section: "2"',
    ),
    # what YAML offers and a rubric does not take
    (
        "title: Values",
        "title: &t Values",
        "anchors (&t) are refused",
        "write the value out wherever it is needed",
    ),
    ("title: Values", "title: *t", "aliases (*t) are refused", "write the value out"),
    (
        "title: Values",
        "title: !!str Values",
        "tags (!!str) are refused",
        "a rubric holds plain data only",
    ),
    (
        "title: Values",
        "title: V\n    <<: {}",
        "merge keys (<<) are refused",
        "write the keys out",
        "<<",
    ),
    (
        "title: Values",
        "title: V\n    ? [a]\n    : b",
        "a key must be text",
        "write 'key: value'",
        "? [a]",
    ),
    (
        "title: Values",
        'title: "\\b"',
        "the text holds the control character U+0008",
        "a backslash needs single quotes around the text: '\\b'",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1].strip())
def test_one_mistake_is_one_problem(
    problems: Callable[[str], list[Problem]],
    changed: Callable[[str, str], str],
    line_of: Callable[[str, str], int],
    case: tuple[str, ...],
) -> None:
    """The message names the line, says what is wrong, and shows the way out."""
    old, new, what, hint, place = (*case, case[1])[:5]
    text = changed(old, new)

    found = problems(text)

    where = f"rubrics/sheet1.yaml:{line_of(text, place)}"
    assert found == [Problem(where, what, hint)]
