"""Huge pages: fewer entries for a fork to copy, and the same memory."""

import subprocess
import sys

import pytest

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

ROOMY = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import pages
def faults():
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[7])
if sys.argv[2] == "room":
    pages.make_room()
if (pid := os.fork()) == 0:
    before = faults()
    arrays = [bytes(1) * (1 << 24) for _ in range(4)]
    print(faults() - before, flush=True)
    os._exit(0)
os.waitpid(pid, 0)
"""
KEPT = {"MALLOC_MMAP_THRESHOLD_": str(1 << 25), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}
SMALL = 4096


def faults_of(way: str) -> int:
    """Return how often a fork that fills 64 MiB had to ask for a page."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", ROOMY, pages.__file__.rpartition("/")[0], way],
        capture_output=True,
        text=True,
        check=True,
        env=KEPT,
    )
    return int(done.stdout)


@pytest.mark.skipif(not pages.wanted(), reason="huge pages are switched off here")
def test_a_fork_is_given_huge_pages_where_nothing_was():
    """A fork that fills 64 MiB asks for pages a tenth as often as without room."""
    assert faults_of("none") > (1 << 26) // SMALL
    assert faults_of("room") < (1 << 26) // SMALL // 10


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
