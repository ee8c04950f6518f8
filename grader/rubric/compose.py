"""Turn YAML text into plain data that remember their lines.

In:   text.
Out:  a document; or UnreadableError, where the text is no YAML.
Pure: no files, no kernels.

Only plain data get through: no anchors, aliases, merge keys or tags, so that what a
line says is what it means, and nothing can grow or run while it is read.
"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from grader.rubric.flaw import Data, Document, Flaw, Trail, UnreadableError, quoted
from grader.rubric.scalars import NotFiniteError, value_of

DEEPEST = 32
"""Levels of nesting; a rubric needs 9."""

Events = Iterator[Any]


def compose(text: str) -> Document:
    """Read one document. Raises: UnreadableError at the first error of syntax."""
    composer = _Composer(_events(text))
    data = composer.document()
    return Document(
        data,
        composer.lines,
        composer.raw,
        frozenset(composer.broken),
        tuple(composer.flaws),
    )


def _events(text: str) -> Events:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        raise UnreadableError(_syntax(error)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        what = f"not YAML: {' '.join(str(error).split())}"
        raise UnreadableError(Flaw(1, what)) from error


def _syntax(error: MarkedYAMLError) -> Flaw:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = " ".join(str(error.problem or error.context).split())
    if "'\\t'" in said:
        return Flaw(line, f"a tab (column {column})", "indent with spaces")
    hint = "quote a text that holds ': '" if "mapping values" in said else ""
    return Flaw(line, f"not YAML: {said} (column {column})", hint)


class _Composer:
    """Builds data from events, noting lines and flaws on the way."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self.lines: dict[Trail, int] = {}
        self.raw: dict[Trail, str] = {}
        self.broken: set[Trail] = set()
        self.flaws: list[Flaw] = []

    def document(self) -> Data:
        """The one document of the file."""
        data: Data = None
        for count, event in enumerate(self._starts()):
            if count:
                self._flaw(event, "a second document starts here", "one rubric per file")
                break
            self._version(event)
            data = self._node(next(self._events), ())
        return data

    def _starts(self) -> Events:
        return (e for e in self._events if isinstance(e, DocumentStartEvent))

    def _version(self, event: DocumentStartEvent) -> None:
        if event.version not in (None, (1, 2), [1, 2]):
            self._flaw(event, "rubrics are written in YAML 1.2", "delete the %YAML line")

    def _flaw(self, event: Any, what: str, hint: str = "") -> None:
        self.flaws.append(Flaw(event.start_mark.line + 1, what, hint))

    def _lost(self, event: Any, trail: Trail, what: str, hint: str) -> str | None:
        """Note a flaw that leaves what stands at this place unknown: None."""
        self._flaw(event, what, hint)
        self.broken.add(trail)
        return None

    def _node(self, event: NodeEvent, trail: Trail) -> Data:
        self.lines.setdefault(trail, event.start_mark.line + 1)
        if isinstance(event, AliasEvent):
            hint = "write the value out"
            return self._lost(event, trail, f"aliases (*{event.anchor}) are refused", hint)
        self._no_extras(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, trail)
        self._not_too_deep(event, trail)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(trail)
        return self._mapping(trail)

    def _no_extras(self, event: Any) -> None:
        if event.anchor:
            hint = "write the value out wherever it is needed"
            self._flaw(event, f"anchors (&{event.anchor}) are refused", hint)
        if event.tag:
            what = f"tags ({_tag(event.tag)}) are refused"
            self._flaw(event, what, "a rubric holds plain data only")

    def _not_too_deep(self, event: NodeEvent, trail: Trail) -> None:
        if len(trail) > DEEPEST:
            what = f"nested more than {DEEPEST} levels deep"
            raise UnreadableError(Flaw(event.start_mark.line + 1, what))

    def _scalar(self, event: ScalarEvent, trail: Trail) -> Data:
        if event.style:
            return self._text(event, trail)
        try:
            value = value_of(event.value)
        except NotFiniteError:
            what = f"{quoted(event.value)} is no finite number"
            return self._lost(event, trail, what, "write a finite number")
        if not isinstance(value, str):
            self.raw.setdefault(trail, event.value)
        return value

    def _text(self, event: ScalarEvent, trail: Trail) -> Data:
        """Quoted text may hold escapes: of what no one can see, tabs and breaks only."""
        bad = next((c for c in event.value if _invisible(c)), None)
        if bad is None:
            return str(event.value)
        what = f"the text holds the control character U+{ord(bad):04X}"
        hint = "a backslash needs single quotes around the text: '\\b'"
        return self._lost(event, trail, what, hint)

    def _sequence(self, trail: Trail) -> Data:
        entries: list[Data] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            entries.append(self._node(event, (*trail, len(entries))))
        return entries

    def _mapping(self, trail: Trail) -> Data:
        mapping: dict[str, Data] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, trail)
            below = (*trail, "" if key is None else key)
            self._no_repeat(event, key, mapping, below)
            value = self._node(next(self._events), below)
            if key is not None:
                mapping.setdefault(key, value)
        return mapping

    def _no_repeat(
        self, event: NodeEvent, key: str | None, mapping: dict[str, Data], below: Trail
    ) -> None:
        if key is None:
            return
        if key in mapping:
            first = self.lines[below]
            what = f"repeated key {quoted(key)}; it is on line {first} too"
            self._flaw(event, what, "keep one of them")
        self.lines.setdefault(below, event.start_mark.line + 1)

    def _key(self, event: NodeEvent, trail: Trail) -> str | None:
        """A key's text; None for what cannot be a key, after noting it."""
        if not isinstance(event, ScalarEvent):
            self._node(event, (*trail, ""))
            return self._lost(event, trail, "a key must be text", "write 'key: value'")
        self._no_extras(event)
        if event.value == "<<" and not event.style:
            hint = "write the keys out"
            return self._lost(event, trail, "merge keys (<<) are refused", hint)
        if not event.value or any(map(_invisible, event.value)):
            what = f"{quoted(event.value)} cannot be a key"
            return self._lost(event, trail, what, "write a name before the colon")
        return str(event.value)


def _tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _invisible(char: str) -> bool:
    """Tell whether no editor shows it: control characters and halves of pairs."""
    code = ord(char)
    control = code < 0x20 and char not in "\t\n"
    return control or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000
