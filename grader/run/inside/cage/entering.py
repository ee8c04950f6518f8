"""Go into the box: everything a process does between being forked and running a student.

In:   a plan; see `layers`.
Out:  nothing: `enter` returns in the process that shall be the runner. At L1 to L3 the
      caller stays outside as the keeper and never returns; it ends with the runner's
      status when nothing of the box is left.
Touches: this process, irrevocably. A failed step ends it: a box that is not closed is
      never entered. `report` hears {"inside": pid} or {"error": text}.
"""

import os
import socket
from typing import NoReturn

from . import broker, identity, keeper, landlock, mounts, seccomp, surroundings, system, way
from .layers import Plan, layers_of

NAMESPACES = {
    "mount": system.NEWNS,
    "pid": system.NEWPID,
    "ipc": system.NEWIPC,
    "net": system.NEWNET,
    "uts": system.NEWUTS,
}


def enter(plan: Plan) -> None:
    """Apply every layer of the plan, in the one order in which they are possible.

    Raises: OSError, only in the process that called, when nothing has been entered.
    """
    layers = layers_of(plan)
    _leave_the_caller(plan, layers)
    if plan["level"] in ("L2", "L3"):
        _enter_namespaces(plan, layers)
    elif plan["level"] == "L1":
        _enter_landlock(plan, layers)
    else:
        surroundings.set_limits(plan, layers)
        _go_home(plan)


def _go_home(plan: Plan) -> None:
    """Make the folders that the environment names, in a folder the host has given."""
    os.chdir(plan["folder"])
    for name in ("home", "tmp"):
        os.makedirs(name, exist_ok=True)


def _leave_the_caller(plan: Plan, layers: frozenset[str]) -> None:
    """Take nothing along: no terminal, no descriptor, no variable."""
    if "session" in layers and os.getsid(0) != os.getpid():
        os.setsid()
    leash, report = plan.get("leash"), plan.get("report")
    if "fds" in layers:
        extra = [number for number in (leash, report) if number is not None]
        surroundings.close_others([*plan["keep"], *extra])
        surroundings.fill_standard()
    if "environment" in layers:
        surroundings.set_environment(plan["env"])
    if "traces" in layers:
        surroundings.wipe_traces("environment" in layers)


def _enter_namespaces(plan: Plan, layers: frozenset[str]) -> None:
    root = os.geteuid() == 0
    wanted = sum(flag for name, flag in NAMESPACES.items() if name in layers)
    if not root:
        user, group = os.geteuid(), os.getegid()
        system.unshare(wanted | system.NEWUSER)
        identity.map_self(user, group)
    else:
        system.unshare(wanted)
    reader, writer = os.pipe()
    keeper.hold_signals()
    init = os.fork()
    if init:
        os.close(reader)
        _stay_outside(plan, init, writer)
    try:
        _become_init(plan, layers, reader, writer)
    except BaseException as error:
        _give_up(plan, error)


def _stay_outside(plan: Plan, init: int, writer: int) -> NoReturn:
    """Be the keeper of a namespaced box; `writer` closes with this process."""
    leash, report = plan.get("leash"), plan.get("report")
    identity.show(False)
    own = [number for number in (leash, report, writer) if number is not None]
    surroundings.close_others(own)
    keeper.tell(report, inside=init)
    keeper.keep(init, leash, lambda: keeper.kill_init(init))


def _become_init(plan: Plan, layers: frozenset[str], reader: int, writer: int) -> None:
    """Build the box around PID 1, then fork the runner and return in it."""
    os.close(writer)
    _join_cgroups(plan, layers)
    slot = identity.own_id(plan["slot"])
    root = os.geteuid() == 0
    changes = root and "identity" in layers
    owner = (slot, slot) if changes else (os.geteuid(), os.getegid())
    if "mount" in layers:
        mounts.build(plan, layers, owner)
    if "uts" in layers:
        system.set_hostname("box")
    if "net" in layers:
        surroundings.raise_loopback()
    if changes:
        _become(layers, slot)
    if root and "user" in layers:
        _own_users(owner)
    if "nested" in layers:
        identity.forbid_nesting()
    _harden(plan, layers)
    seccomp.install(seccomp.build(layers))
    keeper.die_with_parent()
    if _abandoned(reader):
        os._exit(keeper.FAILED)
    os.close(reader)
    runner = os.fork()
    if runner:
        identity.show(False)
        surroundings.close_others([])
        keeper.run_init(runner)
    _begin(plan, layers)


def _become(layers: frozenset[str], user: int) -> None:
    if "capabilities" in layers:
        identity.drop_bounding()
    identity.become(user)
    identity.show(True)


def _own_users(owner: tuple[int, int]) -> None:
    """Enter a user namespace as well; without powers of its own, where that is refused."""
    try:
        system.unshare(system.NEWUSER)
    except OSError:
        return
    identity.map_self(*owner)


def _enter_landlock(plan: Plan, layers: frozenset[str]) -> None:
    ours, theirs = socket.socketpair()
    version = min(landlock.abi(), plan.get("abi", 99))
    if version >= landlock.SCOPE_ABI:
        layers -= {"kills"}
    system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)
    changes = os.geteuid() == 0 and "identity" in layers
    slot = identity.own_id(plan["slot"])
    if changes and plan.get("stage"):
        _give_away(plan["stage"], slot)
    keeper.hold_signals()
    runner = os.fork()
    if runner:
        theirs.close()
        _stay_above(plan, runner, ours, slot if changes else None)
    try:
        ours.close()
        keeper.die_with_parent()
        _join_cgroups(plan, layers)
        if changes:
            way.open_to_others([*plan["readable"], plan["folder"]])
            _become(layers, slot)
        _go_home(plan)
        _harden(plan, layers)
        if "landlock" in layers:
            folder = plan["folder"]
            landlock.confine(plan["readable"], [folder], "scope" in layers, version)
        keeper.die_with_parent()
        _install_with_broker(layers, theirs)
        _begin(plan, layers)
    except BaseException as error:
        _give_up(plan, error)


def _give_away(folder: str, owner: int) -> None:
    """Give the stage to the box's user; the host made it, and links are not followed."""
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(path, name), owner, owner, follow_symlinks=False)
    os.chown(folder, owner, owner, follow_symlinks=False)


def _install_with_broker(layers: frozenset[str], theirs: socket.socket) -> None:
    """Install the filter, and hand its questions to the keeper."""
    asks = bool({"sockets", "kills"} & layers) and "broker" in layers
    if "broker" not in layers:
        layers -= {"sockets"}
    listener = seccomp.install(seccomp.build(layers), listen=asks)
    if asks:
        socket.send_fds(theirs, [b"?"], [listener])
        os.close(listener)
    theirs.close()


def _stay_above(plan: Plan, runner: int, ours: socket.socket, user: int | None) -> NoReturn:
    """Be the keeper of a box without namespaces: answer it, adopt its orphans.

    A root that may not look into others' processes, as in a container, becomes the
    box's `user` as well.
    """
    if user is not None and not identity.may_look_into_others():
        identity.become(user)
    leash, report = plan.get("leash"), plan.get("report")
    identity.show(False)
    identity.allow_no_new_powers()
    own = [number for number in (leash, report, ours.fileno()) if number is not None]
    surroundings.close_others(own)
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    services = {}
    if descriptors:
        asked = broker.Broker(descriptors[0], plan["folder"])
        services[descriptors[0]] = asked.serve
    keeper.tell(report, inside=runner)
    keeper.keep(runner, leash, lambda: keeper.kill_tree(runner), services)


def _harden(plan: Plan, layers: frozenset[str]) -> None:
    """Limits first, since some need powers; then no powers any more."""
    surroundings.set_limits(plan, layers)
    if "capabilities" in layers:
        identity.drop_powers()
    if "privileges" in layers:
        identity.allow_no_new_powers()


def _begin(plan: Plan, layers: frozenset[str]) -> None:
    """Last steps of the runner itself."""
    keeper.release_signals()
    if "session" in layers:
        os.setsid()
    if "fds" in layers:
        surroundings.close_others(plan["keep"])


def _join_cgroups(plan: Plan, layers: frozenset[str]) -> None:
    if "cgroup" not in layers:
        return
    for folder in plan.get("cgroup", ()):
        with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write("0")


def _abandoned(reader: int) -> bool:
    """Tell whether the keeper is gone already, which the death signal would miss."""
    os.set_blocking(reader, False)
    try:
        return os.read(reader, 1) == b""
    except BlockingIOError:
        return False


def _give_up(plan: Plan, error: BaseException) -> NoReturn:
    text = f"{type(error).__name__}: {error}"
    keeper.tell(plan.get("report"), error=text)
    os._exit(keeper.FAILED)
