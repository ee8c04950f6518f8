"""A desk in a temporary folder on which real submissions are laid."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest


def notebook_bytes(*sources: str, **top: Any) -> bytes:
    """A notebook of format 4.5 with one code cell per source."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
        for source in sources
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}
    return json.dumps(whole, indent=1).encode()


def zip_bytes(entries: Mapping[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    """A deflated archive with these entries, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class Desk:
    """Lays files on disk; `root` is what a TA would grade."""

    def __init__(self, root: Path) -> None:
        self.root = root

    notebook_bytes = staticmethod(notebook_bytes)
    zip_bytes = staticmethod(zip_bytes)

    def lay(self, name: str, data: bytes | str = b"") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def notebook(self, name: str, *sources: str, **top: Any) -> Path:
        return self.lay(name, notebook_bytes(*(sources or ("x = 1",)), **top))

    def zip(self, name: str, entries: Mapping[str | zipfile.ZipInfo, bytes | str]) -> Path:
        return self.lay(name, zip_bytes(entries))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    root = tmp_path / "subs"
    root.mkdir()
    return Desk(root)
