"""How a box begins and ends, what it leaves behind, what it costs."""

import glob
import json
import os
import resource
import signal
import statistics
import time
from pathlib import Path

import pytest
from conftest import IS_ROOT, run_in

NAMESPACED = ["L2", *(["L3"] if IS_ROOT else [])]
EVERY = ["L1", *NAMESPACED]
LAUNCH_MS = 100
"""Far above what a fork costs on a busy machine, far below a new interpreter."""


def end_by(level, how):
    from boxes import answer, boxed, stays

    with boxed(level, stays(lambda: "up")) as box:
        answer(box)
        if how == "leash":
            box.leash.close()
        else:
            os.kill(box.keeper, getattr(signal, how))
        status = box.wait()
        time.sleep(0.1)
        return status, [line for line in box.output if "inside" not in line]


@pytest.mark.parametrize("level", EVERY)
@pytest.mark.parametrize("how", ["leash", "SIGTERM", "SIGKILL"])
def test_a_box_ends_with_whoever_holds_it(level, how):
    """Letting go, asking and killing the keeper all end everything inside."""
    status, rest = run_in("open", end_by, level, how)

    assert status == (-9 if how == "SIGKILL" else 137)
    assert rest == []


def leave_by(level, code):
    from boxes import boxed

    with boxed(level, lambda: os._exit(code)) as box:
        return box.wait()


@pytest.mark.parametrize("level", EVERY)
def test_the_keeper_passes_the_exit_status_on(level):
    """Whoever waits for the box learns how its runner ended."""
    assert run_in("open", leave_by, level, 7) == 7


def refuse(level, without, **plan):
    from boxes import ask

    return ask(level, lambda: "entered", without=tuple(without), **plan)


def test_a_failed_step_never_leaves_an_open_box():
    """Without no_new_privs the filter is refused: nothing of the student's ever runs."""
    found = run_in("root", refuse, "L2", ["privileges"])

    assert found == {"error": "PermissionError: [Errno 13] seccomp: Permission denied"}


def keep_a_folder():
    from grader.run.inside.cage.surroundings import close_others

    descriptor = os.open("/", os.O_RDONLY)
    try:
        close_others([0, 1, 2, descriptor])
    except OSError as error:
        return error.strerror


def test_no_folder_is_left_open():
    """A descriptor of a folder leads out of every root."""
    assert "is a folder and would lead out" in run_in("root", keep_a_folder)


def stage(level):
    import tempfile

    from boxes import LIMITS

    from grader.run.inside.cage import enter
    from grader.run.plans import Level, plan_for

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 -- others have to get in
        Path(folder, "sub").mkdir()
        Path(folder, "sub", "data.csv").write_text("1,2", encoding="ascii")
        Path(folder, "link").symlink_to("/etc/shadow")
        os.mkfifo(Path(folder, "pipe"))
        reader, writer = os.pipe()
        plan = plan_for(Level(level), Path(folder), LIMITS, keep=(0, 1, 2, writer))
        if os.fork() == 0:
            enter(plan)
            found = (
                sorted(os.listdir(".")),
                Path("sub/data.csv").read_text(encoding="ascii"),
            )
            Path("sub/new").touch()
            os.write(writer, json.dumps(found).encode())
            os._exit(0)
        os.close(writer)
        os.wait()
        return json.loads(os.read(reader, 4096)), sorted(os.listdir(f"{folder}/sub"))


@pytest.mark.parametrize("level", ["L2"])
@pytest.mark.parametrize("kind", ["root", "plain"])
def test_the_stage_is_copied_in_and_nothing_comes_back(level, kind):
    """Files and folders are copied, links and pipes are not; the host's stay."""
    (names, text), outside = run_in(kind, stage, level)

    assert names == ["home", "sub", "tmp"]
    assert text == "1,2"
    assert outside == ["data.csv"]


def fill_memory():
    from boxes import answer, boxed, stays

    from grader.run.inside.cage import cgroups, volunteer

    made = []
    create = cgroups.create
    cgroups.create = lambda limits: made.append(create(limits)) or made[-1]

    def work():
        kernel = os.fork()
        if kernel == 0:
            volunteer()
            blocks = []
            while True:
                blocks.append(bytearray(b"x") * (8 << 20))
        return os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])

    with boxed("L3", stays(work), memory=96 << 20) as box:
        said = answer(box)
        return said, made[0].out_of_memory(), [os.path.isdir(f) for f in made[0].folders]


@pytest.mark.skipif(not IS_ROOT, reason="only root can make control groups here")
def test_running_out_of_memory_is_seen_and_spares_the_runner():
    """The kernel that volunteered is killed, the runner lives, the host knows why."""
    said, out_of_memory, folders = run_in("root", fill_memory)

    assert said == -9
    assert out_of_memory
    assert all(folders)


def traces_of(levels):
    from boxes import ask

    def state():
        groups = glob.glob("/sys/fs/cgroup/**/grader-*", recursive=True)
        own = [g for g in groups if f"-{os.getpid()}-" in g]
        return Path("/proc/mounts").read_text(encoding="utf-8"), own

    before = state()
    for level in levels:
        ask(level, lambda: "done")
    after = state()
    return before == after, after[1], len(os.listdir("/proc/self/fd"))


def test_nothing_is_left_on_the_host():
    """Mounts are as before, and no control group is left."""
    same, groups, _ = run_in("open", traces_of, EVERY)

    assert same
    assert groups == []


def launch(level, count):
    import tempfile

    from boxes import LIMITS

    from grader.run.inside.cage import enter
    from grader.run.plans import Level, group_for, plan_for

    took, before = [], used()
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)  # noqa: S103 -- others have to get in
            reader, writer = os.pipe()
            plan = plan_for(Level(level), Path(folder), LIMITS, keep=(0, 1, 2, writer))
            begin = time.perf_counter()
            group = group_for(plan)
            pid = os.fork()
            if pid == 0:
                enter(plan)
                os.write(writer, b"!")
                os._exit(0)
            os.close(writer)
            os.read(reader, 1)
            took.append(1000 * (time.perf_counter() - begin))
            os.close(reader)
            os.waitpid(pid, 0)
            if group is not None:
                group.remove()
    return sorted(took), 1000 * (used() - before) / count


def used():
    found = [
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return sum(one.ru_utime + one.ru_stime for one in found)


@pytest.mark.parametrize("level", ["L0", *EVERY])
def test_a_launch_costs_milliseconds(level):
    """A box is a fork, no new interpreter; bench/box.py measures what it costs."""
    took, cpu = run_in("open", launch, level, 20)
    middle = statistics.median(took)
    print(f"{level}: {took[0]:.1f} ms at best, {middle:.1f} ms median, {cpu:.1f} ms of CPU")

    assert cpu < LAUNCH_MS


def flood(level, name):
    from boxes import ask

    from grader.run.inside.cage import floods

    limits = {"memory": 128 << 20, "processes": 20, "disk": 8 << 20, "file": 2 << 20}
    work = getattr(floods, name)
    return ask(level, lambda: attempt(work, limits), **limits)


def attempt(work, limits):
    try:
        return work({"limits": limits})
    except OSError as error:
        return error.strerror


@pytest.mark.parametrize("level", EVERY)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("large_file", "File too large"),
        ("much_memory", "Cannot allocate memory"),
        ("processes", False),
    ],
)
def test_floods_end_at_the_limit(level, name, said):
    """Both what is tried and how it fails: with the error that a student can understand."""
    assert run_in("open", flood, level, name) == said


@pytest.mark.parametrize("level", NAMESPACED)
def test_the_disk_is_full_at_its_size(level):
    """Many small files end like one large one."""
    assert run_in("root", flood, level, "many_files") == "No space left on device"


def burn(level):
    from boxes import LIMITS, boxed

    from grader.run.inside.cage import surroundings

    surroundings.SLACK_S = 1
    object.__setattr__(LIMITS, "total_seconds", 0.1)

    def work():
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    with boxed(level, work) as box:
        return box.wait()


def test_cpu_time_ends_even_if_its_signal_is_ignored():
    """Soft equals hard, so the kernel kills."""
    assert run_in("root", burn, "L2") == 137
