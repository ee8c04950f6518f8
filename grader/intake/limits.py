"""How much one submission may bring, so that none can exhaust the grader.

In:   nothing.
Out:  the caps, and sizes in words.
Pure: no files, no clock.
"""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps for one submission. What equals a cap is accepted, one more is not.

    Only `directory_bytes` is about a whole batch.

    Attributes:
        file_bytes: one file, on disk or unpacked.
        total_bytes: all files of a submission together.
        entries: files and archive entries together, archives in archives included.
        ratio: unpacked / packed size of an archive entry ...
        ratio_floor: ... unless it has no more than these bytes unpacked.
        archive_depth: an archive in an archive counts 2.
        folder_depth: folders within folders, on disk or in an archive.
        json_depth: brackets within brackets; plots reach about 20.
        json_tokens: brackets, commas, strings and numbers in one notebook file; each
            costs time and memory, even `[]`.
        digits: of one number; Python itself refuses longer integers.
        script_bytes, script_cells: one script; splitting takes time in both.
        saved_chars: saved output text kept per cell.
        attachments: pictures within the cells of one notebook that are kept.
        directory_bytes: the list of entries in an archive that holds a whole batch.
    """

    file_bytes: int = 100 * MB
    total_bytes: int = 500 * MB
    entries: int = 5000
    ratio: int = 200
    ratio_floor: int = MB
    archive_depth: int = 3
    folder_depth: int = 32
    json_depth: int = 100
    json_tokens: int = 5_000_000
    digits: int = 4300
    script_bytes: int = MB
    script_cells: int = 1000
    saved_chars: int = 20_000
    attachments: int = 100
    directory_bytes: int = 8 * MB


def in_words(size: int) -> str:
    """Write a number of bytes for a person: `100 MB`, or `12 bytes` when small."""
    return f"{size // MB} MB" if size >= MB else f"{size} bytes"
