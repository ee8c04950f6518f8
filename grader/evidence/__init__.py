"""Evidence as canonical JSON, and back.

In:   `Evidence`, or bytes that may be damaged or of another version.
Out:  bytes that are the same for the same evidence; or `Evidence`.
Pure: no files; `grader.store` keeps them.
"""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grader.errors import EvidenceError
from grader.model.evidence import SCHEMA, Evidence

_ADAPTER: TypeAdapter[Evidence] = TypeAdapter(Evidence)


def to_json(evidence: Evidence) -> bytes:
    """Spell evidence as JSON: sorted keys, two-space indent, UTF-8, final newline."""
    plain = _ADAPTER.dump_python(evidence, mode="json")
    text = json.dumps(plain, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def from_json(data: bytes) -> Evidence:
    """Read evidence back.

    Raises: EvidenceError if it is damaged or of another schema version.
    """
    try:
        plain: Any = json.loads(data)
        version = plain.get("schema")
    except (ValueError, AttributeError, RecursionError) as error:
        raise EvidenceError(f"stored evidence is damaged: {error}") from error
    if version != SCHEMA:
        raise EvidenceError(
            f"stored evidence has schema {version}, this version reads {SCHEMA}: "
            "run `grader grade --fresh`"
        )
    try:
        return _ADAPTER.validate_python(plain)
    except ValidationError as error:
        raise EvidenceError(f"stored evidence is damaged: {error}") from error
