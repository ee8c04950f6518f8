"""One at a time: threads, processes, forks, and holders that die."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.store.claims import claim

HOLD = """
import os, sys
from pathlib import Path
from grader.store.claims import claim
with claim(Path(sys.argv[1]), "it"):
    if sys.argv[2] == "alone" or os.fork() == 0:
        print("held", flush=True)
    sys.stdin.read()
"""


def test_threads_take_turns(tmp_path: Path):
    """Nobody is inside together with another."""
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with claim(tmp_path, "it"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(40)))

    assert most == [1] * 40


def test_another_name_is_free(tmp_path: Path):
    """Only the same name waits; any text is a name."""
    with claim(tmp_path, "it"), claim(tmp_path, "a/ü\udcff" * 100, wait=False):
        pass


@pytest.mark.parametrize("how", ["alone", "forked"])
@pytest.mark.parametrize("killed", [True, False])
def test_a_claim_ends_with_its_holder(tmp_path: Path, how: str, killed: bool):
    """Another process holds it until it leaves, or is killed, whatever forks it left."""
    command = [sys.executable, "-c", HOLD, str(tmp_path), how]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BlockingIOError), claim(tmp_path, "it", wait=False):
            pass
        if killed:
            other.kill()
        else:
            other.stdin.close()
        other.wait()
        with claim(tmp_path, "it", wait=False):
            pass
