"""Control groups, also the version that this machine does not have."""

import os

import pytest
from conftest import IS_ROOT

from grader.run.inside.cage import cgroups

LIMITS = {"memory": 64 << 20, "processes": 10, "cores": 0.5}


@pytest.fixture
def second(tmp_path, monkeypatch):
    """Pretend a delegated group of version 2: files appear as the kernel makes them."""
    own = tmp_path / "user.scope"
    own.mkdir()
    (tmp_path / "cgroup.controllers").write_text("memory pids cpu io", encoding="ascii")
    controllers = {"cgroup.controllers": "cpu memory pids", "cgroup.subtree_control": ""}
    for name, text in {**controllers, "cgroup.procs": f"{os.getpid()}\n"}.items():
        (own / name).write_text(text, encoding="ascii")
    proc = tmp_path / "proc"
    proc.write_text("0::/user.scope\n", encoding="ascii")
    monkeypatch.setattr(cgroups, "ROOT", tmp_path)
    monkeypatch.setattr(cgroups, "OWN", proc)
    mkdir = cgroups.Path.mkdir

    def filled(path, *arguments, **options):
        mkdir(path, *arguments, **options)
        if path.parent == own:
            names = ("cgroup.procs", "memory.max", "memory.swap.max", "pids.max", "cpu.max")
            for name in names:
                (path / name).write_text("", encoding="ascii")

    monkeypatch.setattr(cgroups.Path, "mkdir", filled)
    return own


def test_a_delegated_group_of_version_2_is_used(second):
    """Controllers are passed on, this process moves aside, every limit is written."""
    group = cgroups.create(LIMITS)

    folder = cgroups.Path(group.folders[0])
    read = {name: (folder / name).read_text(encoding="ascii") for name in group.settings}
    assert group.version == 2
    assert read == {
        "memory.max": "67108864",
        "memory.swap.max": "0",
        "pids.max": "12",
        "cpu.max": "50000 100000",
    }
    aside = second / "grader-host" / "cgroup.procs"
    assert aside.read_text(encoding="ascii") == str(os.getpid())
    passed = (second / "cgroup.subtree_control").read_text(encoding="ascii")
    assert passed == "+memory +pids +cpu"


@pytest.mark.parametrize(
    ("text", "said"), [("oom_kill 0\n", False), ("oom_kill 2\n", True)]
)
def test_a_kill_for_memory_is_read_from_events(tmp_path, text, said):
    """Version 2 counts in memory.events."""
    (tmp_path / "memory.events").write_text("low 0\nmax 9\n" + text, encoding="ascii")

    assert cgroups.Group([str(tmp_path)], 2).out_of_memory() is said


def test_a_group_without_controllers_is_none(second):
    """A session that systemd did not delegate has nothing to give."""
    (second / "cgroup.controllers").write_text("", encoding="ascii")

    assert cgroups.create(LIMITS) is None


@pytest.mark.skipif(not IS_ROOT, reason="only root can make control groups here")
def test_groups_of_a_killed_grader_are_swept_away():
    """A name carries its maker's number; another container's numbers mean nothing here."""
    first = cgroups.create(LIMITS)
    base = cgroups.Path(first.folders[0]).parent
    stale = base / f"{cgroups._makers()}4194305-0"
    foreign = base / "grader-1-4194305-0"
    for folder in (stale, foreign):
        folder.mkdir()

    second = cgroups.create(LIMITS)

    assert not stale.exists()
    assert foreign.exists()
    foreign.rmdir()
    for group in (first, second):
        group.remove()
        group.remove()
        assert not any(os.path.isdir(folder) for folder in group.folders)
