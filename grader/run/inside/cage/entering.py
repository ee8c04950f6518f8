"""Go into the box: everything a process does between being forked and running a student.

In:   a plan; see `layers`.
Out:  nothing: `enter` returns in the process that shall be the runner. At L1 to L3 the
      caller stays outside as the keeper and never returns; it ends with the runner's
      status when nothing of the box is left. Who can keep a namespaced box itself spares
      that process, a fork of all it has: `fork`, and in the child `enter_first`.
Touches: this process, irrevocably. A failed step ends it: a box that is not closed is
      never entered. `report` hears {"inside": pid} or {"error": text}.
"""

import os
import socket
from typing import NoReturn

from . import broker, identity, keeper, landlock, mounts, seccomp, surroundings, system, way
from .layers import LAYERS, Plan, layers_of

NAMESPACED = ("L2", "L3")
NAMESPACES = {
    "mount": system.NEWNS,
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
    if plan["level"] in NAMESPACED:
        keeper.hold_signals()
        first = fork(plan)
        if first:
            _stay_outside(plan, first)
        enter_first(plan)
    elif plan["level"] == "L1":
        _enter_landlock(plan, layers)
    else:
        surroundings.set_limits(plan, layers)
        _go_home(plan)


def fork(plan: Plan) -> int:
    """Fork the process that shall be the runner of a namespaced box; 0 in that process.

    It is the first of its PID namespace: nothing inside can stop or kill it, and the box
    ends with it. The caller has to end it, and it ends with the caller.

    Raises: OSError.
    """
    layers = layers_of(plan)
    plan["outer"] = os.geteuid(), os.getegid()
    plan["above"] = os.pidfd_open(os.getpid())
    flags = system.NEWUSER if os.geteuid() else 0
    flags |= system.NEWPID if "pid" in layers else 0
    try:
        pid = system.clone(flags)
    except OSError:
        os.close(plan["above"])
        raise
    if pid:
        os.close(plan["above"])
    return pid


def get_ready() -> None:
    """Do once, before forks, what each box would do for itself; nothing else changes."""
    system.libc()
    for level in LAYERS:
        seccomp.build(LAYERS[level])


def enter_first(plan: Plan) -> None:
    """Close the box around this process, which `fork` has made."""
    try:
        layers = layers_of(plan)
        _leave_the_caller(plan, layers)
        _close_around(plan, layers)
    except BaseException as error:
        _give_up(plan, error)


def _go_home(plan: Plan) -> None:
    """Make the folders that the environment names, in a folder the host has given."""
    os.chdir(plan["folder"])
    for name in ("home", "tmp"):
        os.makedirs(name, exist_ok=True)


def _lead_a_session(layers: frozenset[str]) -> None:
    if "session" in layers and os.getsid(0) != os.getpid():
        os.setsid()


def _leave_the_caller(plan: Plan, layers: frozenset[str]) -> None:
    """Take nothing along: no terminal, no descriptor, no variable."""
    _lead_a_session(layers)
    if "fds" in layers:
        extra = [n for n in map(plan.get, ("leash", "report", "above")) if n is not None]
        surroundings.close_others([*plan["keep"], *extra])
        surroundings.fill_standard()
    if "environment" in layers:
        surroundings.set_environment(plan["env"])
    if "traces" in layers:
        surroundings.wipe_traces("environment" in layers)


def _stay_outside(plan: Plan, first: int) -> NoReturn:
    """Be the keeper of a namespaced box."""
    leash, report = plan.get("leash"), plan.get("report")
    identity.show(False)
    surroundings.close_others([number for number in (leash, report) if number is not None])
    keeper.tell(report, inside=first)
    keeper.keep(first, leash, lambda: keeper.kill_first(first))


def _close_around(plan: Plan, layers: frozenset[str]) -> None:
    user, group = plan["outer"]
    if user:
        identity.map_self(user, group)
    _join_cgroups(plan, layers)
    flags = [flag for name, flag in NAMESPACES.items() if name in layers]
    system.unshare(sum(flags))
    slot = identity.own_id(plan["slot"])
    changes = not user and "identity" in layers
    owner = (slot, slot) if changes else (os.geteuid(), os.getegid())
    if "mount" in layers:
        mounts.build(plan, layers, owner)
    if "uts" in layers:
        system.set_hostname("box")
    if "net" in layers:
        surroundings.raise_loopback()
    if changes:
        _become(layers, slot)
    if not user and "user" in layers:
        _own_users(owner)
    if "nested" in layers:
        identity.forbid_nesting()
    _harden(plan, layers)
    seccomp.install(seccomp.build(layers))
    keeper.die_with_parent()
    if keeper.is_gone(plan["above"]):
        os._exit(keeper.FAILED)
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
    _lead_a_session(layers)
    if "fds" in layers:
        surroundings.close_others(plan["keep"])


def _join_cgroups(plan: Plan, layers: frozenset[str]) -> None:
    """Enter the groups; this process has one thread, so that `tasks` is all of it.

    Moving itself as a thread, where version 1 allows it, does not wait for all others
    of the machine to be neither starting nor ending: 0.1 ms instead of 5 for each group.
    """
    if "cgroup" not in layers:
        return
    for folder in plan.get("cgroup", ()):
        path = os.path.join(folder, "tasks")
        if not os.path.exists(path):
            path = os.path.join(folder, "cgroup.procs")
        with open(path, "w", encoding="ascii") as file:
            file.write("0")


def _give_up(plan: Plan, error: BaseException) -> NoReturn:
    text = f"{type(error).__name__}: {error}"
    keeper.tell(plan.get("report"), error=text)
    os._exit(keeper.FAILED)
