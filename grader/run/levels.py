"""Find out how well this machine can confine a notebook, by trying.

In:   nothing; the machine as it is.
Out:  an Isolation: the best level whose attacks all failed, and what each of them did.
Touches: per tried level one small process tree that is gone again; see the cage's
      preflight. Nothing of the machine's settings is changed.
"""

import functools
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grader.run.guarantees import Level, Strength, gaps, vector
from grader.run.inside.cage.canaries import VARIABLE
from grader.run.plans import INSIDE, Resources, group_for, next_slot, plan_for, readable

__all__ = [
    "Attempt",
    "Isolation",
    "Level",
    "Resources",
    "Strength",
    "best",
    "group_for",
    "plan_for",
    "preflight",
    "probe",
]

PATIENCE_S = 60.0
CODE = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from cage.preflight import main, os;"
    " code = main(); sys.stdout.flush(); os._exit(code)"
)
"""Without the end of an interpreter: freeing what is freed anyway takes 10 ms."""
ORDER = (Level.L3, Level.L2, Level.L1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One level, tried.

    Attributes:
        level: which.
        findings: by attack "blocked", "possible" or "unknown"; empty if no box started.
        error: why no box started; may be empty.
        landlock: the kernel's version of Landlock, 0 for none.
        seconds: how long it took, s.
    """

    level: Level
    findings: dict[str, str] = field(default_factory=dict)
    error: str = ""
    landlock: int = 0
    seconds: float = 0.0

    @property
    def gaps(self) -> tuple[str, ...]:
        """The attacks that should have failed, and those that showed nothing."""
        return gaps(self.level, self.findings)

    @property
    def holds(self) -> bool:
        """Whether the level may be called by its name."""
        return bool(self.findings) and not self.gaps

    @property
    def reason(self) -> str:
        """Why it does not hold; empty if it does."""
        if self.error:
            return self.error
        return "" if self.holds else f"not stopped: {', '.join(self.gaps)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What this machine can do.

    Attributes:
        level: the best level that holds.
        vector: guarantee -> how far it goes at that level.
        attempts: the levels tried, best first.
        kernel: name and release of the operating system.
        root: whether this process is root.
    """

    level: Level
    vector: dict[str, Strength]
    attempts: tuple[Attempt, ...]
    kernel: str
    root: bool

    @property
    def landlock(self) -> int:
        """The kernel's version of Landlock, 0 for none."""
        return max((attempt.landlock for attempt in self.attempts), default=0)

    @property
    def tamper_proof(self) -> bool:
        """Whether expected values stay out of a student's reach."""
        return self.level is not Level.L0


def probe(order: Iterable[Level] = ORDER, *, abi: int = 99) -> Isolation:
    """Try level after level until one holds; L0 is what is left.

    `abi` caps Landlock's version, to see what an older kernel could do.
    """
    attempts = []
    if sys.platform == "linux":
        for level in (*order, Level.L0):
            attempts.append(preflight(level, abi=abi))
            if attempts[-1].holds:
                break
    else:
        attempts.append(Attempt(level=Level.L0, error="boxes need Linux"))
    found = attempts[-1]
    return Isolation(
        level=found.level,
        vector=vector(found.findings) if found.findings else _nothing(),
        attempts=tuple(attempts),
        kernel=f"{platform.system()} {platform.release()}",
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
    )


@functools.cache
def best() -> Isolation:
    """Probe once per process."""
    return probe()


def _nothing() -> dict[str, Strength]:
    return dict.fromkeys(vector({}), Strength.ABSENT)


def preflight(level: Level, *, without: tuple[str, ...] = (), abi: int = 99) -> Attempt:
    """Attack one box of a level in a light process of its own."""
    begin = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="preflight-") as folder:
            os.chmod(folder, 0o755)  # noqa: S103 -- the box's user has to get in
            answer = _asked(level, without, abi, folder)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = f"the preflight failed: {type(error).__name__}: {error}"
        return Attempt(level=level, error=reason, seconds=time.monotonic() - begin)
    return Attempt(
        level=level,
        findings=answer["findings"],
        error=answer["error"],
        landlock=answer["landlock"],
        seconds=time.monotonic() - begin,
    )


def _asked(level: Level, without: tuple[str, ...], abi: int, folder: str) -> dict[str, Any]:
    token = secrets.token_hex(16)
    request = {
        "level": str(level),
        "without": list(without),
        "abi": abi,
        "slot": next_slot(),
        "readable": readable(),
        "folder": folder,
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", CODE, str(INSIDE), token],
        input=json.dumps(request) + "\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        cwd="/",
        env={VARIABLE: token, "PATH": os.defpath},
    )
    if done.returncode:
        raise OSError(done.stderr.strip().splitlines()[-1])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
