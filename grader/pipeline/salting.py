"""The salt of a folder of results: random, so that no student can know the inputs.

In:      the folder in which evidence is kept.
Out:     its salt, always the same.
Touches: one file in that folder, which no student is given; it is made once.
"""

import os
import secrets
from pathlib import Path

FILE = "salt"
BYTES = 16


def kept_salt(cache: Path) -> str:
    """The folder's salt; the first batch draws it, later ones and resumed ones read it."""
    path = cache / FILE
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = cache / f".{FILE}-{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(BYTES), encoding="ascii")
        try:
            os.link(fresh, path)  # complete or absent, and of two batches one is first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
