"""Judge stored evidence, in several processes at once where that is safe.

In:      a judge, and folders of evidence.
Out:     results; the same ones whatever the number of processes.
Touches: worker processes: forks of this one, which end with it and start nothing.
"""

import gc
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from grader import repair, store
from grader.judge import Judge
from grader.mark import marked
from grader.model.recorded import Recorded
from grader.model.verdict import Result
from grader.run import die_with_parent

_mine: list[Judge] = []
"""In a worker: the judge that it was forked with."""


def judged(judge: Judge, recorded: Recorded) -> Result:
    """Judge and mark one submission; with repairs, what it earned without them stays."""
    verdicts = judge.verdicts(recorded)
    if recorded.straight is not None:
        repairs, policy = recorded.evidence.repairs, judge.rubric.repairs
        straight = judge.verdicts(recorded.straight)
        verdicts = repair.merged(straight, verdicts, repairs, policy)
    return marked(judge.asked, recorded.evidence, verdicts)


@dataclass(frozen=True)
class Judges:
    """One judge, and the processes that judge for it.

    Attributes:
        workers: None where this process judges by itself.
    """

    judge: Judge
    workers: ProcessPoolExecutor | None = None

    def result(self, folder: Path) -> Result:
        """Judge one submission; can be called by several threads."""
        if self.workers is not None:
            try:
                return self.workers.submit(_work, folder).result()
            except (BrokenProcessPool, RuntimeError):
                pass  # a worker was killed; what it judged is judged here
        return judged(self.judge, store.read(folder))

    def results(self, folders: Iterable[Path]) -> list[Result]:
        """Judge many, and return them in order."""
        if self.workers is None:
            return [self.result(folder) for folder in folders]
        waiting = [(folder, self.workers.submit(_work, folder)) for folder in folders]
        return [self.result(f) if w.exception() else w.result() for f, w in waiting]


@contextmanager
def judges(judge: Judge, count: int) -> Iterator[Judges]:
    """Give `count` judges.

    Only Linux forks as safely as this needs, and only a process of one thread: another
    one could hold a lock that the worker then waits for. Elsewhere there is one judge.
    """
    if count < 2 or sys.platform != "linux" or threading.active_count() > 1:
        yield Judges(judge)
        return
    context = get_context("fork")
    gc.freeze()  # a search for garbage writes to all objects, so each fork would copy them
    with ProcessPoolExecutor(count, context, _begin, (judge,)) as workers:
        workers.submit(int).result()  # forks all of them, in this thread
        try:
            yield Judges(judge, workers)
        finally:
            workers.shutdown(cancel_futures=True)
            gc.unfreeze()


def _begin(judge: Judge) -> None:
    """Be a worker: end with the host, and leave Ctrl-C to it."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mine[:] = [judge]


def _work(folder: Path) -> Result:
    return judged(_mine[0], store.read(folder))
