"""Connecting and killing where no namespace bounds them (L1)."""

import os
import socket
import tempfile
from pathlib import Path

import pytest
from conftest import run_in


def connect(kind):
    from boxes import ask

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 -- others have to get in
        outer = socket.socket(socket.AF_UNIX)
        outer.bind(f"{folder}/agent")
        os.chmod(f"{folder}/agent", 0o777)  # noqa: S103 -- others have to get in
        outer.listen()
        outer.setblocking(False)

        def work():
            own = socket.socket(socket.AF_UNIX)
            own.bind("own")
            own.listen()
            os.symlink(f"{folder}/agent", "link")
            os.mkdir("deep")
            target = {
                "own": os.path.abspath("own"),
                "relative": "deep/../own",
                "outer": f"{folder}/agent",
                "link": os.path.abspath("link"),
                "climb": os.path.abspath("deep") + "/" + "../" * 12 + f"{folder}/agent",
                "missing": os.path.abspath("missing"),
                "file": os.path.abspath("hello.txt"),
                "abstract": "\0something",
            }[kind]
            try:
                socket.socket(socket.AF_UNIX).connect(target)
            except OSError as error:
                return os.strerror(error.errno)
            return "connected"

        said = ask("L1", work)
        try:
            outer.accept()
        except BlockingIOError:
            return said, False
        return said, True


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("own", "connected"),
        ("relative", "connected"),
        ("outer", "Permission denied"),
        ("climb", "Permission denied"),
        ("link", "Too many levels of symbolic links"),
        ("missing", "No such file or directory"),
        ("file", "Connection refused"),
        ("abstract", "Operation not permitted"),
    ],
)
def test_only_sockets_of_the_box_can_be_connected_to(kind, said):
    """A key agent or a container engine cannot be reached, by whatever path."""
    assert run_in("plain", connect, kind) == [said, False]


def open_sockets():
    from boxes import ask

    def work():
        found = {}
        pairs = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM),
            "six": (socket.AF_INET6, socket.SOCK_STREAM),
            "netlink": (socket.AF_NETLINK, socket.SOCK_RAW),
            "letters": (socket.AF_UNIX, socket.SOCK_DGRAM),
            "stream": (socket.AF_UNIX, socket.SOCK_STREAM),
        }
        for name, (family, kind) in pairs.items():
            try:
                socket.socket(family, kind).close()
                found[name] = "open"
            except OSError as error:
                found[name] = os.strerror(error.errno)
        try:
            socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        except OSError as error:
            found["pair"] = os.strerror(error.errno)
        return found

    return ask("L1", work)


def test_only_streams_between_processes_exist():
    """A datagram would name its receiver where no filter can look."""
    assert run_in("plain", open_sockets) == {
        "tcp": "Address family not supported by protocol",
        "udp": "Address family not supported by protocol",
        "six": "Address family not supported by protocol",
        "netlink": "Operation not supported",
        "letters": "Protocol wrong type for socket",
        "stream": "open",
        "pair": "Protocol wrong type for socket",
    }


def block_the_broker():
    import time

    from boxes import answer, boxed, stays

    def work():
        own = socket.socket(socket.AF_UNIX)
        own.bind("own")
        own.listen(0)
        for _ in range(40):
            if os.fork() == 0:
                for _ in range(4):
                    socket.socket(socket.AF_UNIX).connect(os.path.abspath("own"))
                time.sleep(60)
        time.sleep(0.5)
        return "stuck"

    with boxed("L1", stays(work), processes=128) as box:
        answer(box)
        begin = time.monotonic()
        box.end()
        return time.monotonic() - begin


def test_a_connection_that_waits_does_not_hold_the_keeper():
    """A full queue blocks whoever connects; the box still ends at once."""
    assert run_in("plain", block_the_broker) < 10


def change_others():
    import resource

    from boxes import ask

    victim = os.getpid()

    def work():
        try:
            resource.prlimit(victim, resource.RLIMIT_NOFILE, (3, 3))
        except OSError as error:
            first = os.strerror(error.errno)
        try:
            os.setpriority(os.PRIO_PROCESS, victim, 19)
        except OSError as error:
            return first, os.strerror(error.errno)

    said = ask("L1", work)
    return said, resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 3


def test_the_limits_of_others_cannot_be_changed():
    """Another process of the same user could be starved of files."""
    said, whole = run_in("plain", change_others)

    assert said == ["Operation not permitted"] * 2
    assert whole


def share_memory():
    import ctypes

    from boxes import ask

    def work():
        libc = ctypes.CDLL(None, use_errno=True)
        return libc.shmget(0, 4096, 0o1666), os.strerror(ctypes.get_errno())

    return ask("L1", work)


def test_no_memory_outlives_the_box():
    """System V memory is the machine's and has no owner who ends."""
    assert run_in("plain", share_memory) == [-1, "Function not implemented"]


def test_the_tables_name_calls_once():
    """A call is in one table, and each number in a column is one call."""
    from grader.run.inside.cage import calls

    tables = [calls.NEVER, calls.UNKNOWN, calls.MEMFD, calls.SHARED_IPC, calls.METADATA]
    for column in (0, 1):
        numbers = [pair[column] for table in tables for pair in table.values()]
        known = [number for number in numbers if number >= 0]
        assert len(known) == len(set(known))


def test_the_numbers_are_those_of_this_machine():
    """Where the kernel's own list is installed, it agrees."""
    import platform
    import re

    from grader.run.inside.cage import calls

    lists = list(Path("/usr/include").glob("**/asm/unistd_64.h"))
    if platform.machine() != "x86_64" or not lists:
        pytest.skip("the kernel's list is not installed here")
    text = lists[0].read_text(encoding="utf-8")
    own = {name: int(n) for name, n in re.findall(r"#define __NR_(\w+)\s+(\d+)", text)}

    for table in (
        calls.NEVER,
        calls.UNKNOWN,
        calls.METADATA,
        calls.KILLING,
        calls.LOOKED_AT,
    ):
        for name, (number, _) in table.items():
            assert own.get(name, number) == number
