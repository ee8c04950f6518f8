"""The JSON Schema: valid, current, and fulfilled by a good rubric."""

import json
from pathlib import Path

import jsonschema
import pytest

from grader.rubric import schema
from grader.rubric.compose import compose
from grader.rubric.schema.__main__ import main

COMMITTED = Path(__file__).parents[2] / "rubrics" / "schema.json"


def test_the_committed_schema_is_current() -> None:
    """If this fails: python -m grader.rubric.schema."""
    assert COMMITTED.read_text(encoding="utf-8") == schema()


def test_the_schema_is_a_json_schema() -> None:
    """By its own dialect, and without an id that editors would try to fetch."""
    content = json.loads(schema())

    jsonschema.Draft202012Validator.check_schema(content)
    assert "$id" not in content
    assert content["title"] == "A rubric of the grader"


def test_the_schema_is_one_text() -> None:
    """Sorted, indented, with one newline at its end."""
    content = json.loads(schema())

    assert (
        schema() == json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    )


def test_a_good_rubric_fulfils_the_schema(good: str) -> None:
    """An editor marks nothing in it."""
    content = json.loads(schema())

    jsonschema.Draft202012Validator(content).validate(compose(good).data)


def test_a_misspelled_key_does_not(good: str) -> None:
    """An editor marks it."""
    validator = jsonschema.Draft202012Validator(json.loads(schema()))

    assert not validator.is_valid(compose(good.replace("course:", "cuorse:")).data)


def test_the_command_writes_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes the folder and says what it wrote."""
    monkeypatch.chdir(tmp_path)

    main(Path("rubrics/schema.json"))

    assert Path("rubrics/schema.json").read_text(encoding="utf-8") == schema()
    assert capsys.readouterr().out == "wrote rubrics/schema.json\n"
