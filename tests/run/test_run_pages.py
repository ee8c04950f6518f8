"""Huge pages: fewer entries for a fork to copy, and the same memory."""

import subprocess
import sys

from grader.run.inside import pages

FILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import pages
mine = bytearray(range(256)) * 65536
made = pages.make_huge()
assert mine == bytearray(range(256)) * 65536
rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
found = next(line.split()[1] for line in rollup.splitlines() if "AnonHuge" in line)
print(made, int(found) * 1024 // pages.HUGE)
"""


def test_memory_stays_as_it_was():
    """What is gathered in huge pages holds the same bytes, and Linux counts them."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", FILLED, pages.__file__.rpartition("/")[0]],
        capture_output=True,
        text=True,
        check=True,
    )

    made, counted = map(int, done.stdout.split())
    assert made <= counted


def test_only_whole_huge_pages_of_memory_without_a_file_are_gathered():
    """Every range begins and ends at a huge page, and none is read-only or a file's."""
    ranges = list(pages.anonymous())

    assert ranges
    assert all(begin % pages.HUGE == end % pages.HUGE == 0 for begin, end in ranges)
