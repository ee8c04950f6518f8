"""A kernel provisioner of jupyter_client whose kernels are forked, not started anew.

In:   a kernel spec whose metadata names the provisioner `grader-warm`.
Out:  a running kernel; an ordinary one where no forked process waits to become one.
Touches: the process that waits at the other end of a socket, and its signals.
"""

# mypy: disable-error-code="assignment, misc, override"
# (Jupyter's own classes are typed in part)

import json
import os
import signal
import socket
from dataclasses import dataclass
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

NAME = "grader-warm"


@dataclass
class Waiting:
    """A forked process that becomes a kernel as soon as it is told how."""

    pid: int
    line: socket.socket


waiting: list[Waiting] = []
"""At most one; a box has one kernel."""


class Forked:
    """What subprocess.Popen would be for a process that was forked."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Tell how it ended, or None while it lives."""
        return self._ask(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait until it has ended."""
        return self._ask(0)

    def _ask(self, options: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:
                pid, status = self.pid, 0
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it is gone and its number may be another's."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


class ForkedProvisioner(LocalProvisioner):
    """Tells the waiting process to become the kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Send the command's arguments; the process runs them from where it stands."""
        if not waiting:
            return await super().launch_kernel(cmd, **kwargs)
        found = waiting.pop()
        order = {"arguments": cmd[cmd.index("kernel") + 1 :], "cwd": str(kwargs["cwd"])}
        found.line.sendall(json.dumps(order).encode("ascii"))
        found.line.close()
        self.process = Forked(found.pid)
        self.pid = self.pgid = found.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


class _Entry:
    """Stands for the entry point; looking one up reads the whole environment's."""

    name, value = NAME, f"{__name__}:ForkedProvisioner"

    def load(self) -> type[ForkedProvisioner]:
        return ForkedProvisioner


def register() -> None:
    """Make the provisioner known, whether or not the package is installed."""
    KernelProvisionerFactory.instance().provisioners[NAME] = _Entry()
