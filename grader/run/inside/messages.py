"""Receive a kernel's messages, as many and as large as the caps allow.

In:   a kernel's sockets, into which a student's code can write.
Out:  messages with the parts that every message has.
Touches: those sockets.
"""

# mypy: disable-error-code="no-untyped-call, attr-defined, override"
# (Jupyter's own classes are typed in part)

import contextlib
import queue
import time
from datetime import datetime
from typing import Any

import jupyter_client.channels
import jupyter_client.jsonutil
import zmq
from jupyter_client.asynchronous import AsyncKernelClient

MESSAGE_BYTES = 32 * 2**20
FRAME_BYTES = 80 * 2**20
"""More than an array in full; whoever sends more loses the connection for a moment."""
AGAIN_MS = 5
"""How soon to knock again at a kernel that does not listen yet: with ZeroMQ's own 100 ms
every fourth start took 0.1 to 0.3 s longer, as its first words were not heard."""
PARTS = ("header", "parent_header", "metadata", "content")
START_S, ANSWER_S, HEARD_S = 60.0, 1.0, 0.2
"""How long a kernel may take to start; to answer, until it is asked again; and how long
its output may take to arrive after an answer."""
jupyter_client.jsonutil._dateutil_parse = datetime.fromisoformat
"""The same dates; dateutil takes longer for a message's than all else does."""


class _Shell(jupyter_client.channels.AsyncZMQSocketChannel):
    """Looks at a message's size before reading it; skips what cannot be read."""

    async def _recv(self, **kwargs: Any) -> Any:
        while True:
            assert self.socket is not None
            frames = await self.socket.recv_multipart(**kwargs)
            if self.oversized(frames):
                continue
            with contextlib.suppress(Exception):
                parts = self.session.feed_identities(frames)[1]
                message = self.session.deserialize(parts)
                if all(isinstance(message[name], dict) for name in PARTS):
                    return message

    def oversized(self, frames: list[bytes]) -> bool:
        return sum(map(len, frames[:6])) > MESSAGE_BYTES


class _Output(_Shell):
    """Carries no arrays; its messages are small as a whole."""

    def oversized(self, frames: list[bytes]) -> bool:
        return sum(map(len, frames)) > MESSAGE_BYTES


class Client(AsyncKernelClient):
    """Asks for no more than is needed, and takes no frame that is too large."""

    iopub_channel_class = _Output
    shell_channel_class = _Shell

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context.setsockopt(zmq.MAXMSGSIZE, FRAME_BYTES)
        self.context.setsockopt(zmq.RECONNECT_IVL, AGAIN_MS)

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Connect to what is listened to here: no heart beats, nobody asks for input."""
        super().start_channels(stdin=False, hb=False, control=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel has answered, and its output arrives.

        Jupyter's own way listens for another 0.2 s, in case that more should come.

        Raises: RuntimeError if the kernel dies, or does not answer in time.
        """
        end = time.monotonic() + (timeout or START_S)
        while time.monotonic() < end:
            number = self.kernel_info()
            with contextlib.suppress(queue.Empty):
                reply = await self.shell_channel.get_msg(timeout=ANSWER_S)
                while not _belongs(
                    await self.iopub_channel.get_msg(timeout=HEARD_S), number
                ):
                    continue
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError("Kernel didn't reply to kernel_info in time")


def _belongs(message: Any, number: str) -> bool:
    return bool(message["parent_header"].get("msg_id") == number)
