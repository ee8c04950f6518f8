"""Turn the outputs saved in a notebook into plain text: what the student saw.

In:   the `outputs` of one cell, as parsed; nothing in them can be trusted.
Out:  text of limited length.
Pure: never evidence that something ran.
"""

from collections.abc import Iterator

CUT = "\n[cut]"


def saved_text(outputs: object, most: int) -> str:
    """Join stream text, plain results and error names, at most `most` characters.

    Half characters become "?"; whatever is malformed is left out.
    """
    if not isinstance(outputs, list):
        return ""
    kept: list[str] = []
    room = most
    for text in _texts(outputs):
        kept.append(text[:room])
        if len(text) > room:
            kept.append(CUT)
            break
        room -= len(text)
    return "".join(kept).encode("utf-8", "replace").decode()


def _texts(outputs: list[object]) -> Iterator[str]:
    for output in outputs:
        text = _text(output) if isinstance(output, dict) else ""
        if text:
            yield text if text.endswith("\n") else f"{text}\n"


def _text(output: dict[str, object]) -> str:
    match output.get("output_type"):
        case "stream":
            return _joined(output.get("text"))
        case "execute_result" | "display_data":
            data = output.get("data")
            return _joined(data.get("text/plain")) if isinstance(data, dict) else ""
        case "error":
            return f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"
    return ""


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
