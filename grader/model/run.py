"""One execution of one notebook: its budget, and how it ended."""

from dataclasses import dataclass, field
from enum import StrEnum

DEFAULT_CELL_SECONDS = 120.0
DEFAULT_TOTAL_SECONDS = 600.0
PICTURES = 40
GB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The budget of one run.

    Attributes:
        cell_seconds: wall time of one cell, s; > 0.
        total_seconds: wall time of the whole run, probes included, s; > 0.
        probe_seconds: wall time of one call made by a probe, s; > 0.
        memory_bytes: of the whole box, or of each process where no control group can be
            made; bytes; > 0.
        processes: at once, threads included; > 0.
        disk_bytes: everything a box writes, or each file where nothing bounds their sum;
            bytes; > 0.
        output_bytes: text kept per cell, bytes; more is cut and noted.
        pictures: figures drawn for people to look at, per run; 0 draws none. What is
            judged is what the notebook handed to its figures, drawn or not.
        evidence_bytes: everything one run may send to the host, bytes.
        line_bytes: one JSON line on the way to the host, bytes.
    """

    cell_seconds: float = DEFAULT_CELL_SECONDS
    total_seconds: float = DEFAULT_TOTAL_SECONDS
    probe_seconds: float = 10.0
    memory_bytes: int = 6 * GB
    processes: int = 256
    disk_bytes: int = GB
    output_bytes: int = 100_000
    pictures: int = PICTURES
    evidence_bytes: int = 256 * 2**20
    line_bytes: int = 8 * 2**20

    def __post_init__(self) -> None:
        for name in ("cell_seconds", "total_seconds", "probe_seconds"):
            object.__setattr__(self, name, float(getattr(self, name)))  # 20 is 20.0
        if min(self.cell_seconds, self.total_seconds, self.probe_seconds) <= 0:
            raise ValueError("a time limit is larger than 0 s")
        if min(self.memory_bytes, self.processes, self.disk_bytes, self.output_bytes) <= 0:
            raise ValueError("a limit is larger than 0")
        if self.pictures < 0:
            raise ValueError("a number of pictures is not below 0")


class RunStatus(StrEnum):
    """How a run ended. Everything but OK keeps the evidence gathered so far."""

    OK = "ok"
    """Every cell ran without an error."""
    ERRORS = "errors"
    """Every cell was tried; some failed."""
    CELL_TIMEOUT = "cell_timeout"
    """A cell used up its time, was interrupted, and the run went on."""
    TIMEOUT = "timeout"
    """The whole run used up its time; later cells were not run."""
    KERNEL_DIED = "kernel_died"
    """The kernel ended (killed, crashed, os._exit)."""
    OUT_OF_MEMORY = "out_of_memory"
    """The box used up its memory, and the kernel was killed for it; known at L3 only."""
    OUTPUT_LIMIT = "output_limit"
    """It sent more than it may; nothing later was read."""
    NOT_RUN = "not_run"
    """There was nothing that could be run; see the submission's reason."""
    HARNESS_FAILED = "harness_failed"
    """We failed; a person must look."""


BROKEN_OFF = frozenset(
    {
        RunStatus.TIMEOUT,
        RunStatus.KERNEL_DIED,
        RunStatus.OUT_OF_MEMORY,
        RunStatus.OUTPUT_LIMIT,
        RunStatus.CELL_TIMEOUT,
    }
)
"""Runs of which some code may not have run to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one execution ended.

    Attributes:
        status: see RunStatus.
        reason: one sentence for a person; may be empty for OK.
        limits: the budget it had.
        versions: (name, version) of python, numpy, torch, ... in the kernel.
        isolation: the level it ran at ("L0" ... "L3").
        notes: what was neutralised or repaired anywhere in the run.
    """

    status: RunStatus
    reason: str = ""
    limits: Limits = field(default_factory=Limits)
    versions: tuple[tuple[str, str], ...] = ()
    isolation: str = "L0"
    notes: tuple[str, ...] = ()
