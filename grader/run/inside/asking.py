"""Turn what the agent sends into lines for the host.

In:   the buffers of one of the agent's replies: JSON first, then arrays.
Out:  facts with exactly the arrays they announce; anything malformed is left out.
Pure: no files, no kernel.
"""

import json
from typing import Any

Fact = tuple[dict[str, Any], list[bytes]]
FACTS_PER_REPLY = 20_000


def facts(buffers: list[bytes]) -> list[Fact]:
    """Split a reply into facts; a forged or damaged one yields what can be read."""
    try:
        heads = json.loads(buffers[0], parse_constant=_refuse)
    except (IndexError, ValueError, RecursionError):
        return []
    found: list[Fact] = []
    blocks = buffers[1:]
    for head in heads[:FACTS_PER_REPLY] if isinstance(heads, list) else []:
        if not isinstance(head, dict) or not isinstance(head.get("kind"), str):
            continue
        count = head.pop("blocks", 0)
        if type(count) is not int or not 0 <= count <= len(blocks):
            break
        found.append((head, blocks[:count]))
        blocks = blocks[count:]
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def texts(data: Any) -> list[str]:
    """Return the texts in what should be a list of texts."""
    found = data if isinstance(data, list) else []
    return [item for item in found if isinstance(item, str)][:60]


def digests(data: Any) -> list[str]:
    """List the arrays that a spelled value of the host refers to."""
    if isinstance(data, list):
        return [name for item in data for name in digests(item)]
    if isinstance(data, dict):
        if set(data) == {"array"}:
            return [data["array"]["sha256"]]
        return [name for item in data.values() for name in digests(item)]
    return []
