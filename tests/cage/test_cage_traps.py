"""The traps of docs/security.md, 4c: each was fallen into once."""

import contextlib
import ctypes
import os
import subprocess
import time
from pathlib import Path

import pytest
from conftest import IS_ROOT, run_in

NAMESPACED = ["L2", *(["L3"] if IS_ROOT else [])]
EVERY = ["L1", *NAMESPACED]
COMMAND = b"many-of-a-box"


def look_at_powers(level):
    from boxes import ask

    def work():
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        held = [line for line in status.splitlines() if line.startswith("Cap")]
        mounted = subprocess.call(["mount", "-o", "remount,rw", "/"])
        try:
            Path("/usr/planted").write_text("!", encoding="ascii")
        except OSError as error:
            return held, mounted, type(error).__name__
        return held, mounted, "written"

    return ask(level, work)


@pytest.mark.parametrize("level", NAMESPACED)
def test_no_capability_is_left(level):
    """Trap 1: as root, `/` could be remounted and the host written to."""
    held, mounted, written = run_in("root", look_at_powers, level)

    assert {line.split()[1] for line in held} == {"0" * 16}
    assert mounted != 0
    assert written == "OSError"


def look_at_identity(level):
    from boxes import answer, boxed, stays

    from grader.run.inside.cage.descent import below

    def work():
        return "here"

    with boxed(level, stays(work)) as box:
        answer(box)
        status = Path(f"/proc/{below(box.keeper)[-1]}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("Uid:"))
    return sorted({int(word) for word in line.split()[1:]}), os.geteuid()


@pytest.mark.parametrize("level", EVERY)
def test_root_is_not_root_by_another_name(level):
    """Traps 2 and 3: seen from outside, a box of root's is a user that nobody else is."""
    users, own = run_in("open", look_at_identity, level)

    assert len(users) == 1
    assert users[0] >= 0x70000000 if own == 0 else users == [own]


def two_identities():
    from grader.run.inside.cage.identity import own_id
    from grader.run.plans import next_slot

    return [own_id(next_slot()) for _ in range(3)]


def test_each_box_is_its_own_user():
    """Trap 3: with one user for all, process limits and survivors would mix."""
    assert len(set(run_in("root", two_identities))) == 3


def look_at_places(level):
    from boxes import ask

    def work():
        sizes = {p: os.statvfs(p).f_blocks * os.statvfs(p).f_frsize for p in
                 ("/", "/tmp", "/dev/shm", os.getcwd())}  # fmt: skip
        closed = []
        for path in ("/x", "/dev/x", "/etc/x", "/usr/x"):
            try:
                Path(path).touch()
            except OSError:
                closed.append(path)
        return sizes, closed, os.listdir("."), sorted(os.listdir("/dev"))

    return ask(level, work, disk=16 << 20)


@pytest.mark.parametrize("level", NAMESPACED)
def test_everything_that_can_be_written_has_one_size(level):
    """Trap 4: `/`, /dev and /dev/shm would each be half of the memory."""
    sizes, closed, files, devices = run_in("root", look_at_places, level)

    assert set(sizes.values()) == {16 << 20}
    assert closed == ["/x", "/dev/x", "/etc/x", "/usr/x"]
    assert sorted(files) == ["hello.txt", "home", "tmp"]
    assert "tty" not in devices
    assert "ptmx" not in devices


def look_for_traces(level):
    from boxes import ask

    os.environ["CI_TOKEN"] = "s3cret"

    def work():
        found = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            for file in ("environ", "cmdline"):
                try:
                    data = Path(f"/proc/{name}/{file}").read_bytes()
                except OSError:
                    data = b"closed"
                found[f"{name}/{file}"] = data.strip(b"\0").decode()
        return found, dict(os.environ)

    return ask(level, work)


@pytest.mark.parametrize("level", NAMESPACED)
def test_nothing_of_the_host_is_in_proc(level):
    """Trap 5: the launcher's command line and environment were in /proc/1."""
    found, variables = run_in("root", look_for_traces, level)

    assert found["1/cmdline"] == "box"
    assert not [text for text in found.values() if "s3cret" in text or "stage" in text]
    assert sorted(variables) == ["HOME", "LANG", "PATH", "TMPDIR"]


def kill_many(level):
    from boxes import answer, boxed, stays

    def work():
        ctypes.CDLL(None).prctl(15, COMMAND, 0, 0, 0)
        for _ in range(40):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    block = bytearray(4 << 20)
                    time.sleep(60 + block[0])
                os._exit(0)
            os.wait()
        return len(os.listdir("/proc")) if level != "L1" else 0

    with boxed(level, stays(work), processes=128) as box:
        answer(box)
        before = len(living())
        begin = time.monotonic()
        box.end()
        return before, living(), time.monotonic() - begin


def living():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_bytes().strip() == COMMAND:
                found.append(pid)
    return found


@pytest.mark.parametrize("level", EVERY)
def test_forty_orphans_are_gone_with_their_box(level):
    """Traps 6 and 14: judged when the keeper has ended, there is not even a zombie."""
    before, left, took = run_in("open", kill_many, level)

    assert before >= 40
    assert left == []
    assert took < 5


def look_at_zmq(level):
    from boxes import ask

    def work():
        import zmq

        context = zmq.Context()
        first, second = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        first.bind("ipc://" + os.path.abspath("s"))
        second.connect("ipc://" + os.path.abspath("s"))
        second.send(b"over")
        return first.recv().decode()

    return ask(level, work)


@pytest.mark.parametrize("level", EVERY)
def test_libzmq_does_not_abort(level):
    """Trap 8: EPERM for netlink or for scheduling ends the process."""
    assert run_in("open", look_at_zmq, level) == "over"


def change_modes():
    import shutil
    import tempfile

    from boxes import ask

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 -- others have to get in
        outer = Path(folder, "outer")
        outer.touch()
        outer.chmod(0o666)

        def work():
            Path("a").write_text("x", encoding="ascii")
            shutil.copy2("a", "b")
            os.chmod(outer, 0o600)
            os.utime(outer, (1, 1))
            return Path("b").read_text(encoding="ascii")

        copied = ask("L1", work)
        return copied, oct(outer.stat().st_mode & 0o777), outer.stat().st_mtime > 1


def test_changing_modes_is_pretended():
    """Trap 10: Landlock does not look at chmod, and shutil cannot do without it."""
    assert run_in("plain", change_modes) == ["x", "0o666", True]


def look_into_proc():
    from boxes import ask

    victim = os.getpid()

    def work():
        found = []
        for name in ("environ", "cmdline", "maps", "stat", "fd"):
            try:
                os.listdir(f"/proc/{victim}/fd") if name == "fd" else Path(
                    f"/proc/{victim}/{name}"
                ).read_bytes()
                found.append(name)
            except OSError:
                continue
        return found

    return ask("L1", work)


def test_not_even_command_lines_are_readable():
    """Trap 11: with /proc readable, Landlock leaves command lines open."""
    assert run_in("plain", look_into_proc) == []


def kill_everybody(abi):
    import signal

    from boxes import answer, boxed

    victim = os.fork()
    if victim == 0:
        time.sleep(60)
    keeper = os.getpid()

    def work():
        found = []
        child = os.fork()
        if child == 0:
            time.sleep(60)
        for target in (victim, keeper, child):
            try:
                os.kill(target, signal.SIGTERM if target == child else signal.SIGKILL)
                found.append("killed")
            except OSError as error:
                found.append(type(error).__name__)
        found.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            os.kill(-1, signal.SIGTERM)
        except OSError as error:
            found.append(type(error).__name__)
        return found

    with boxed("L1", work, abi=abi) as box:
        said = answer(box)
    alive = os.waitpid(victim, os.WNOHANG) == (0, 0)
    os.kill(victim, signal.SIGKILL)
    return said[:4], alive


@pytest.mark.parametrize("abi", [99, 4])
def test_killing_everybody_kills_the_box_only(abi):
    """Trap 12: kill(-1) ended the harness; but a box may still stop its own kernel."""
    said, alive = run_in("plain", kill_everybody, abi)

    assert said == ["PermissionError", "PermissionError", "killed", -15]
    assert alive


def trace_the_init(level):
    from boxes import ask

    def work():
        libc = ctypes.CDLL(None, use_errno=True)
        return libc.ptrace(16, 1, 0, 0), ctypes.get_errno()

    return ask(level, work)


@pytest.mark.parametrize("level", NAMESPACED)
def test_the_init_cannot_be_frozen(level):
    """Trap 13: ptrace(ATTACH, 1) stopped the box."""
    assert run_in("root", trace_the_init, level) == [-1, 1]


def preflight_l1():
    from grader.run import levels

    return levels.preflight(levels.Level.L1).reason


def test_an_interpreter_that_the_box_cannot_reach_is_found_before():
    """Trap 15: Python below a closed folder is unreadable to the user of the box."""
    import sys

    above = list(Path(os.path.realpath(sys.executable)).parents)
    if not IS_ROOT or all(p.stat().st_mode & 0o001 for p in above):
        pytest.skip("this Python can be reached by everybody")

    assert "is a folder above closed to others?" in run_in("root-closed", preflight_l1)
