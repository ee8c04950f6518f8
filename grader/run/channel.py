"""Two pipes to a runner that may be hostile: capped, and never waited for too long.

In:   the runner's stdout; what is sent to its stdin.
Out:  lines and blocks of bytes, at most so many of each and in total.
Touches: the two pipes; one thread for each direction.
"""

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import IO

CHUNK = 512 * 1024
CHUNKS_AHEAD = 8
PATIENCE_S = 1.0
LOOK_S = 5.0


class Silent(Exception):
    """Nothing came within the time that was allowed."""


class Stopped(Exception):
    """The runner stands still and will not go on by itself."""


class Ended(Exception):
    """The runner closed its pipe."""


class TooMuch(Exception):
    """The runner sent more than it may."""


class Channel:
    """Reads lines and blocks with a deadline; sends without waiting for the reader."""

    def __init__(
        self,
        reader: IO[bytes],
        writer: IO[bytes],
        budget: int,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begin to read; `stopped` is asked when nothing has come for a while."""
        self._reader, self._writer, self._stopped = reader, writer, stopped
        self._budget = budget
        self._buffer = bytearray()
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=CHUNKS_AHEAD)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._pump)

    def _start(self, work: Callable[..., None], *arguments: bytes) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _pump(self) -> None:
        chunk, descriptor = b"?", self._reader.fileno()
        while chunk and not self._stop.is_set():
            try:
                chunk = os.read(descriptor, CHUNK)
            except OSError:
                chunk = b""
            while not self._stop.is_set():
                with contextlib.suppress(queue.Full):
                    self._chunks.put(chunk, timeout=0.2)
                    break

    def send(self, data: bytes) -> None:
        """Send in the background; a runner that is gone is found out by reading."""
        self._start(self._push, data)

    def _push(self, data: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._writer.write(data)
            self._writer.flush()

    def close(self) -> None:
        """End the threads and close the pipes; called when the runner is gone.

        A pipe that a thread still uses stays open, since its number would be reused.
        """
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        if not any(thread.is_alive() for thread in self._threads):
            for pipe in (self._reader, self._writer):
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def line(self, limit: int, deadline: float) -> bytes:
        """Read one line, at most `limit` bytes; a longer one is skipped as b"".

        Raises: Silent, Stopped, Ended or TooMuch.
        """
        start, skipped = 0, False
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > limit:
                self._buffer.clear()
                start, skipped = 0, True
            self._fill(deadline)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return b"" if skipped or len(line) > limit else line

    def block(self, size: int, deadline: float) -> bytes:
        """Read exactly `size` bytes; `room` tells how many there may be.

        Raises: Silent, Stopped, Ended or TooMuch.
        """
        if size > self.room:
            raise TooMuch
        while len(self._buffer) < size:
            self._fill(deadline)
        block = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return block

    @property
    def room(self) -> int:
        """How many bytes may still come, what lies in the buffer included."""
        return self._budget + len(self._buffer)

    def _fill(self, deadline: float) -> None:
        chunk = self._next(deadline)
        if not chunk:
            self._chunks.put(b"")
            raise Ended
        self._budget -= len(chunk)
        if self._budget < 0:
            raise TooMuch
        self._buffer += chunk

    def _next(self, deadline: float) -> bytes:
        """Wait for a chunk; twice seen standing still means that none will come."""
        seen = 0
        while True:
            left = max(0.0, deadline - time.monotonic())
            with contextlib.suppress(queue.Empty):
                return self._chunks.get(timeout=min(left, LOOK_S))
            if left <= LOOK_S:
                raise Silent
            seen = seen + 1 if self._stopped() else 0
            if seen == 2:
                raise Stopped
