"""The salt of a batch: secret, and the same for all that is kept in one folder."""

import json

from grader.pipeline.salting import kept_salt


def test_a_salt_is_drawn_once(tmp_path):
    """Resumed and later batches read it; another folder has another; nobody else may."""
    one, two = tmp_path / "one", tmp_path / "two"

    salt = kept_salt(one)

    assert len(salt) == 32
    assert kept_salt(one) == salt
    assert kept_salt(two) != salt
    assert [path.name for path in one.iterdir()] == ["salt"]
    assert (one / "salt").stat().st_mode & 0o777 == 0o600


def test_a_batch_without_a_salt_uses_the_kept_one(graded, right):
    """It stands in run.json, which students are not given, and in none of their pages."""
    batch = graded({"one": right})

    salt = json.loads((batch.out / "run.json").read_bytes())["salt"]
    pages = (batch.out / "feedback").rglob("*.html")
    assert salt == kept_salt(batch.out.parent / ".evidence")
    assert all(salt not in page.read_text(encoding="utf-8") for page in pages)


def test_a_salt_that_was_given_is_used(graded, right):
    """GRADER_SALT and an audit choose their own."""
    batch = graded({"one": right}, salt="given")

    assert json.loads((batch.out / "run.json").read_bytes())["salt"] == "given"
