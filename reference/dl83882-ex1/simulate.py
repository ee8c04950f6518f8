"""Simulate what correct and wrong solutions of this sheet produce.

In:      nothing; every random number comes from SEED.
Out:     distribution.json beside this file: shares, quantiles and false rates.
Touches: writes that file. Run: python simulate.py (a bit over a minute of processor time, one thread).

Parts: ranges (1.3), guesses (2.1 and 2.3), runs, passes, steps (3). README.md explains the figures.
"""

import json
import math
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np

SEED = 83882
Array = np.ndarray
PROBABILITIES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)


def quantiles(values: Array, probabilities: tuple[float, ...] = PROBABILITIES) -> list[float]:
    """Return quantiles, three significant digits; not-a-number counts as infinite."""
    finite = np.where(np.isnan(values), np.inf, values).ravel()
    if finite.size == 0:
        return []
    return [float(f"{cut:.3g}") for cut in np.quantile(finite, probabilities, method="nearest")]


def share(mask: Array) -> float | None:
    """Return the fraction of true entries; None if there are none."""
    return round(float(np.mean(mask)), 5) if np.size(mask) else None


# --- 1.3: a map into [0, 1] --------------------------------------------------------------

RANGE_POINTS = np.array([0, 1e-6, 0.3, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 100, 300])
RANGE_POINTS = np.concatenate([-RANGE_POINTS[:0:-1], RANGE_POINTS])


def logistic(x: Array) -> Array:
    """Return the sigmoid as students type it."""
    return 1 / (1 + np.exp(-x))


RIGHT_MAPS: dict[str, Callable[[Array], Array]] = {
    "1/2 + arctan(x)/pi": lambda x: 0.5 + np.arctan(x) / np.pi,
    "normal distribution function": lambda x: np.vectorize(math.erf)(x / math.sqrt(2)) / 2 + 0.5,
    "clip(x, 0, 1)": lambda x: np.clip(x, 0, 1),
    "clip(x/6 + 1/2, 0, 1)": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "step": lambda x: (x >= 0) * 1.0,
    "|tanh x|": lambda x: np.abs(np.tanh(x)),
    "(1 + tanh x)/2, which is sigmoid(2x)": lambda x: (1 + np.tanh(x)) / 2,
    "the same by exponentials": lambda x: ((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)) + 1) / 2,
    "(1 + x/(1+|x|))/2": lambda x: (1 + x / (1 + np.abs(x))) / 2,
    "(1 + x/sqrt(1+x^2))/2": lambda x: (1 + x / np.sqrt(1 + x**2)) / 2,
    "|x|/(1+|x|)": lambda x: np.abs(x) / (1 + np.abs(x)),
    "exp(-x^2)": lambda x: np.exp(-(x**2)),
    "1/(1+x^2)": lambda x: 1 / (1 + x**2),
    "sin^2 x": lambda x: np.sin(x) ** 2,
    "(1 + cos x)/2": lambda x: (1 + np.cos(x)) / 2,
    "min(|x|, 1)": lambda x: np.minimum(np.abs(x), 1),
    "|x| inside (-1, 1), else 1/|x|": lambda x: np.where(np.abs(x) < 1, np.abs(x), 1 / np.where(x == 0, 1, np.abs(x))),
    "exp(-exp(-x))": lambda x: np.exp(-np.exp(-x)),
    "x - floor(x)": lambda x: x - np.floor(x),
    "constant 1/2": lambda x: 0.5 + 0 * x,
}
WRONG_MAPS: dict[str, Callable[[Array], Array]] = {
    "tanh x": np.tanh,
    "arctan(x)/pi": lambda x: np.arctan(x) / np.pi,
    "arctan x + pi/2": lambda x: np.arctan(x) + np.pi / 2,
    "relu": lambda x: np.maximum(x, 0),
    "min(x, 1)": lambda x: np.minimum(x, 1),
    "softplus": lambda x: np.log1p(np.exp(np.minimum(x, 600))),
    "x/(1+|x|)": lambda x: x / (1 + np.abs(x)),
    "exp(-x)": lambda x: np.exp(-x),
    "sin x": np.sin,
    "1/2 + x/4": lambda x: 0.5 + x / 4,
    "|x|": np.abs,
    "|x|, not defined at 0, else 1/|x| beyond 1": lambda x: np.where(np.abs(x) < 1, np.where(x == 0, np.nan, np.abs(x)), 1 / np.abs(x)),
    "erf x": lambda x: np.vectorize(math.erf)(x),
    "x^2/(1+x)": lambda x: x**2 / (1 + x),
}


def ranges() -> dict:
    """Put right and wrong maps through the test 0 <= f <= 1 at 25 points up to 300."""
    with np.errstate(all="ignore"):
        inside = {
            group: {name: bool(np.all((f(RANGE_POINTS) >= -1e-9) & (f(RANGE_POINTS) <= 1 + 1e-9))) for name, f in maps.items()}
            for group, maps in (("right", RIGHT_MAPS), ("wrong", WRONG_MAPS))
        }
        overflow = bool(np.isnan(RIGHT_MAPS["the same by exponentials"](np.array([1000.0])))[0])
        near = {
            name: float(f"{np.abs(f(RANGE_POINTS) - logistic(RANGE_POINTS)).max():.3g}") for name, f in RIGHT_MAPS.items()
        }
    return {
        "points": RANGE_POINTS.tolist(),
        "accepted": inside,
        "a tanh made of exponentials is not a number at 1000": overflow,
        "largest distance from the sigmoid at the points": near,
        "smallest of these": min(near.values()),
    }


# --- the model ---------------------------------------------------------------------------
# Many runs at once, the run is the last axis. theta (9, R) holds
# U11 U12 U21 U22, b1_1 b1_2, w_1 w_2, b2; the examples are in the sheet's order.

Y = np.array([-1.0, 1.0, 1.0, -1.0])
SIZE = 9


def preactivations(theta: Array) -> Array:
    """Return U^T x + b1 at the four examples, shape (4, 2, R)."""
    first, second, b1 = theta[0:2], theta[2:4], theta[4:6]
    return np.stack([b1, b1 + second, b1 + first, b1 + first + second])


def outputs(theta: Array, linear: bool = False) -> tuple[Array, Array, Array]:
    """Return preactivations (4, 2, R), hidden values (4, 2, R) and f (4, R)."""
    Z = preactivations(theta)
    H = Z if linear else np.maximum(Z, 0)
    return Z, H, H[:, 0] * theta[6] + H[:, 1] * theta[7] + theta[8]


def solves(f: Array, threshold: float = 0) -> Array:
    """Tell which runs put all four examples into the right class; f = threshold is class 1."""
    return np.all((f >= threshold) == (Y > 0)[:, None], axis=0) & np.all(np.isfinite(f), axis=0)


def assemble(D: Array, gw: Array, gb2: Array) -> Array:
    """Put the derivatives by the preactivations D (4, 2, R), by w and by b2 together: (9, R)."""
    return np.concatenate([D[2] + D[3], D[1] + D[3], D.sum(axis=0), gw, gb2[None]])


def backward(theta: Array, y: Array = Y, kind: str = "right", lr: Array | float = 0) -> tuple[Array, Array]:
    """Return the gradient (9, R) of the mean squared loss, or a typical mistake in it, and the loss (R,)."""
    Z, H, f = outputs(theta, linear=kind == "max forgotten")
    residual = f - y[:, None]
    G, w = residual / 2, theta[6:8]  # G is the derivative of the mean loss by f
    if kind == "last example only":
        G = np.concatenate([0 * G[:3], 4 * G[3:]])
    elif kind == "y - f in place of f - y":
        G = -G
    gw, gb2 = (H * G[:, None]).sum(axis=0), G.sum(axis=0)
    if kind == "w updated first":
        w = w - lr * gw
    on = {"mask forgotten": 1.0, "mask reversed": Z <= 0, "max forgotten": 1.0}.get(kind, Z > 0)
    D = G[:, None] * on * (1.0 if kind == "factor w forgotten" else w)
    if kind == "w's gradient from Z":
        gw = (Z * G[:, None]).sum(axis=0)
    g = assemble(D, gw, gb2)
    if kind == "mask forgotten for b1":
        g[4:6] = (G[:, None] * w).sum(axis=0)
    elif kind == "U's gradient transposed":
        g[1:3] = g[2:0:-1].copy()
    elif kind == "sign of b2":
        g[8] = -g[8]
    elif kind == "sign of b1":
        g[4:6] = -g[4:6]
    elif kind == "b2 by the sum, the rest by the mean":
        g[8] = 4 * g[8]
    elif kind == "output layer only":
        g[:6] = 0
    elif kind == "b1 not trained":
        g[4:6] = 0
    elif kind == "b2 not trained":
        g[8] = 0
    elif kind == "no biases":
        g[[4, 5, 8]] = 0
    return g, (residual**2).mean(axis=0)


# --- 2.1 and 2.3: guesses ----------------------------------------------------------------


def guesses() -> dict:
    """Try all small integer guesses and random ones; look at transposes and at ties."""
    rng = np.random.default_rng([SEED, 1])
    grid = np.array(list(product(*[(-1, 0, 1)] * 6, *[(-2, -1, 1, 2)] * 2, (-1, -0.5, 0, 0.5)))).T
    found = {}
    for name, theta in (("small integers", grid), ("normal(0,1)", rng.normal(size=(SIZE, 1_000_000)))):
        f = outputs(theta)[2]
        right = solves(f)
        other = solves(outputs(theta[[0, 2, 1, 3, 4, 5, 6, 7, 8]])[2])
        asymmetric = theta[1] != theta[2]
        found[name] = {
            "count": theta.shape[1],
            "right": share(right),
            "right, U read as written or transposed": share(right | other),
            "of the right ones: right also with U transposed": share(other[right]),
            "of the right ones with U not symmetric: right also with U transposed": share(other[right & asymmetric]),
            "of the right ones: some f is exactly 0": share(np.any(f[:, right] == 0, axis=0)),
            "of the right ones: b1 = 0": share(np.all(theta[4:6, right] == 0, axis=0)),
            "of the right ones: sign pattern of 2.3": share(pattern(theta[:, right])),
        }
    values = np.array([0.0, 1, 1, 0])[:, None]
    f = outputs(grid)[2]
    exact = np.all(f == values, axis=0)
    found["small integers"]["f equals 0, 1, 1, 0: wrong by the rule of the sheet, right with f > 0"] = int(exact.sum())

    theta = rng.normal(size=(SIZE, 2_000_000))
    theta[4:6] = 0
    right = solves(outputs(theta)[2])
    small = grid[:, np.all(grid[4:6] == 0, axis=0)]
    found["b1 = 0"] = {
        "right, normal(0,1)": share(right),
        "right ones with the sign pattern of the theorem": share(pattern(theta[:, right])),
        "small integers, right": int(solves(outputs(small)[2]).sum()),
        "small integers, right, with the pattern": int(pattern(small[:, solves(outputs(small)[2])]).sum()),
    }
    theta[8] = 0
    found["b1 = 0 and b2 = 0"] = {"right, normal(0,1)": share(solves(outputs(theta)[2]))}
    return found


def pattern(theta: Array) -> Array:
    """Tell where w > 0 and U has the signs + - / - + or - + / + -."""
    s = np.sign(theta[:4])
    opposite = (s[0] == s[3]) & (s[1] == s[2]) & (s[0] == -s[1]) & (s[0] != 0)
    return opposite & np.all(theta[6:8] > 0, axis=0)


# --- 3: runs -----------------------------------------------------------------------------


def glorot(rng: np.random.Generator, count: int) -> Array:
    """Draw Glorot's uniform weights; biases are zero."""
    theta = np.zeros((SIZE, count))
    theta[:4] = rng.uniform(-1, 1, (4, count)) * math.sqrt(6 / 4)
    theta[6:8] = rng.uniform(-1, 1, (2, count)) * math.sqrt(6 / 3)
    return theta


def unbiased(draw: Callable[[np.random.Generator, int], Array]) -> Callable[[np.random.Generator, int], Array]:
    """Return a way to draw parameters whose biases are zero."""

    def drawn(rng: np.random.Generator, count: int) -> Array:
        theta = draw(rng, count)
        theta[[4, 5, 8]] = 0
        return theta

    return drawn


INITS: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "uniform(0,1)": lambda rng, n: rng.uniform(size=(SIZE, n)),
    "uniform(-0.5,0.5)": lambda rng, n: rng.uniform(-0.5, 0.5, (SIZE, n)),
    "uniform(-1,1)": lambda rng, n: rng.uniform(-1, 1, (SIZE, n)),
    "uniform(+-1/sqrt2), torch's": lambda rng, n: rng.uniform(-1, 1, (SIZE, n)) / math.sqrt(2),
    "normal, 0.01": lambda rng, n: 0.01 * rng.normal(size=(SIZE, n)),
    "normal, 0.1": lambda rng, n: 0.1 * rng.normal(size=(SIZE, n)),
    "normal, 0.5": lambda rng, n: 0.5 * rng.normal(size=(SIZE, n)),
    "normal, 1": lambda rng, n: rng.normal(size=(SIZE, n)),
    "normal, 2": lambda rng, n: 2 * rng.normal(size=(SIZE, n)),
    "normal, 1, biases 0 (He's)": unbiased(lambda rng, n: rng.normal(size=(SIZE, n))),
    "Glorot, biases 0": glorot,
}
RATES = (0.001, 0.004, 0.01, 0.04, 0.1, 0.4, 1.0)  # for the mean loss; for the sum divide by 4
CHECKPOINTS = (100, 300, 1000, 3000, 10_000)
PLATEAUS = {"0": 0.0, "1/2": 0.5, "2/3": 2 / 3, "1": 1.0}


def descend(
    theta: Array, lr: Array, epochs: int, y: Array = Y, kind: str = "right", threshold: float = 0, compare: bool = False
) -> dict:
    """Run gradient descent for all columns of theta at once; lr (R,) counts for the mean loss.

    at: for each checkpoint which runs solve the task, and their loss. rise: largest
    increase of the loss from one epoch to the next. lost: solved at some checkpoint, but
    not at the end. way: deviation of all the steps from the right ones (if `compare`),
    one factor per run, each step measured by the length of the right one.
    """
    theta, at, rise, before = theta.copy(), {}, np.zeros(theta.shape[1]), np.inf
    dot, ww, n = np.zeros((3, theta.shape[1]))
    for epoch in range(1, epochs + 1):
        g, loss = backward(theta, y, kind, lr)
        np.maximum(rise, loss - before, out=rise)
        before = loss
        if compare:
            right = backward(theta)[0]
            rr = (right**2).sum(axis=0)
            near = (loss > 1e-3) & (rr > 1e-12)
            dot += np.where(near, (g * right).sum(axis=0) / rr, 0)
            ww += np.where(near, (g**2).sum(axis=0) / rr, 0)
            n += near
        theta -= lr * g
        if epoch in CHECKPOINTS:
            _, _, f = outputs(theta, linear=kind == "max forgotten")
            at[epoch] = solves(f, threshold), ((f - y[:, None]) ** 2).mean(axis=0)
    solved = np.array([s for s, _ in at.values()])
    way = residual_ratio(dot, n, ww) if compare else None
    return {"at": at, "rise": rise, "lost": solved.any(axis=0) & ~solved[-1], "way": way}


def runs(count: int = 400) -> dict:
    """Run the right gradient descent from all kinds of starts with all rates."""
    rng = np.random.default_rng([SEED, 2])
    same_dynamics(rng)
    found: dict = {}
    for init, draw in INITS.items():
        theta = draw(rng, count * len(RATES))
        with np.errstate(all="ignore"):
            end = descend(theta, np.repeat(RATES, count), CHECKPOINTS[-1])
        found[init] = {f"{lr:g}": describe(end, slice(k * count, (k + 1) * count)) for k, lr in enumerate(RATES)}
    return {"runs each": count, "starts": found, "overall": overall(found)}


def describe(end: dict, part: slice) -> dict:
    """Summarise the runs of one kind of start and one rate."""
    success, loss = (values[part] for values in end["at"][CHECKPOINTS[-1]])
    finite = np.isfinite(loss)
    failed = loss[~success & finite]
    stuck = {name: np.abs(loss - value) < 0.01 for name, value in PLATEAUS.items()}
    early = {epochs: (s[part], L[part]) for epochs, (s, L) in end["at"].items()}
    return {
        "4/4 at epochs": {str(epochs): share(s) for epochs, (s, _) in early.items()},
        "4/4 but loss >= 0.1": {str(e): share((L >= 0.1)[s]) for e, (s, L) in early.items()},
        "4/4 but loss >= 1/4": {str(e): share((L >= 0.25)[s]) for e, (s, L) in early.items()},
        "not 4/4 though loss < 1/4": max(int(np.sum(~s & (L < 0.25))) for s, L in early.values()),
        "plateau": {name: share(mask) for name, mask in stuck.items()},
        "diverged": share(~finite | (loss > 1e3)),
        "4/4 at the plateaus above 0": int(np.sum(success & (stuck["1/2"] | stuck["2/3"] | stuck["1"]))),
        "failed, at none of the plateaus": share(np.min([np.abs(failed - v) for v in PLATEAUS.values()], axis=0) >= 0.01),
        "loss of 4/4": quantiles(loss[success], (0.05, 0.5, 0.95)),
        "correct, loss rises by more than 1e-9, 0.001, 0.01, 0.1": rises(end["rise"][part][success]),
        "4/4 at a checkpoint, not at the end": share(end["lost"][part]),
    }


def rises(rise: Array) -> list[float | None]:
    """Return the shares of runs whose loss rises somewhere, by how much."""
    return [share(rise > amount) for amount in (1e-9, 0.001, 0.01, 0.1)]


def overall(found: dict) -> dict:
    """Return the range of the success rate at the end, and what it means for restarts."""
    usual = [found[i][r]["4/4 at epochs"]["10000"] for i in found for r in ("0.04", "0.1")]
    median = float(np.median(usual))
    return {
        "success at rates 0.04 and 0.1": quantiles(np.array(usual), (0, 0.25, 0.5, 0.75, 1)),
        "no success in n restarts at the median": {str(n): float(f"{(1 - median) ** n:.2g}") for n in (1, 5, 10, 20, 50)},
        "no success in n restarts at the worst": {str(n): float(f"{(1 - min(usual)) ** n:.2g}") for n in (1, 5, 10, 20, 50)},
    }


def same_dynamics(rng: np.random.Generator) -> None:
    """Check that the mean loss with rate lr and the sum with lr / 4 take the same step."""
    theta, step = rng.normal(size=(SIZE, 100)), 1e-6
    for k in range(SIZE):
        shift = step * (np.arange(SIZE) == k)[:, None]
        up, down = (((outputs(theta + s)[2] - Y[:, None]) ** 2).sum(axis=0) for s in (shift, -shift))
        far = np.abs(preactivations(theta)).min(axis=(0, 1)) > 1e-5
        assert np.allclose(((up - down) / (2 * step) / 4)[far], backward(theta)[0][k][far], atol=1e-6)


# --- 3: wrong backward passes ------------------------------------------------------------

WRONG = (
    "factor w forgotten",
    "mask forgotten",
    "mask forgotten for b1",
    "mask reversed",
    "w's gradient from Z",
    "U's gradient transposed",
    "sign of b2",
    "sign of b1",
    "b2 by the sum, the rest by the mean",
    "w updated first",
    "b1 not trained",
    "b2 not trained",
    "output layer only",
    "last example only",
    "y - f in place of f - y",
)
PASS_INITS = ("uniform(0,1)", "uniform(-1,1)", "normal, 1", "Glorot, biases 0")
PASS_RATES = (0.04, 0.1, 0.4)


def passes(count: int = 300, epochs: int = 3000) -> dict:
    """Train with wrong backward passes and other models; see how often they end with 4/4."""
    rng = np.random.default_rng([SEED, 3])
    theta = np.concatenate([INITS[i](rng, count * len(PASS_RATES)) for i in PASS_INITS], axis=1)
    lr = np.tile(np.repeat(PASS_RATES, count), len(PASS_INITS))
    half, no_b1, no_b2 = (Y + 1) / 2, theta.copy(), theta.copy()
    no_b1[4:6], no_b2[8] = 0, 0
    none = no_b1 * (np.arange(SIZE) != 8)[:, None]
    cases: dict[str, tuple] = {kind: (theta, kind, Y, 0) for kind in ("right", *WRONG, "max forgotten")}
    cases |= {
        "labels 0 and 1, class 1 if f >= 0": (theta, "right", half, 0),
        "labels 0 and 1, class 1 if f >= 1/2": (theta, "right", half, 0.5),
        "no b1": (no_b1, "b1 not trained", Y, 0),
        "no b2": (no_b2, "b2 not trained", Y, 0),
        "no biases": (none, "no biases", Y, 0),
    }
    found: dict = {"runs each": count, "epochs": epochs}
    for name, (start, kind, y, threshold) in cases.items():
        with np.errstate(all="ignore"):
            end = descend(start, lr, epochs, y, kind, threshold, compare=kind in WRONG and not name.startswith("no "))
        found[name] = summary(*end["at"][epochs], end["rise"], count)
        if end["way"] is not None:
            found[name]["of the correct: all steps right within 1 %"] = share(end["way"][end["at"][epochs][0]] < 0.01)
    with np.errstate(all="ignore"):
        found["right, an update after each example"] = summary(*one_by_one(theta, lr / 4, epochs), None, count)
    return found


def one_by_one(theta: Array, lr: Array, epochs: int) -> tuple[Array, Array]:
    """Train with an update after each example; lr belongs to (y - f)^2 of one example."""
    theta = theta.copy()
    picks = np.eye(4)
    for _ in range(epochs):
        for k in range(4):
            Z, H, f = outputs(theta)
            G = 2 * (f - Y[:, None]) * picks[k][:, None]
            D = G[:, None] * theta[6:8] * (Z > 0)
            theta -= lr * assemble(D, (H * G[:, None]).sum(axis=0), G.sum(axis=0))
    f = outputs(theta)[2]
    return solves(f), ((f - Y[:, None]) ** 2).mean(axis=0)


def summary(success: Array, loss: Array, rise: Array | None, count: int) -> dict:
    """Return success rates in all and per start and rate; where the failed runs end."""
    failed = loss[~success & np.isfinite(loss)]
    off = np.min([np.abs(failed - v) for v in PLATEAUS.values()], axis=0) >= 0.01 if failed.size else np.array([])
    by_start = success.reshape(len(PASS_INITS), len(PASS_RATES), count).mean(axis=2)
    return {
        "4/4": share(success),
        "4/4 by start": {init: [round(float(v), 4) for v in row] for init, row in zip(PASS_INITS, by_start, strict=True)},
        "4/4 and loss < 1e-3": share(success & (loss < 1e-3)),
        "failed, at none of the plateaus": share(off),
        "not finite": share(~np.isfinite(loss)),
        "correct, loss rises by more than 1e-9, 0.001, 0.01, 0.1": None if rise is None else rises(rise[success]),
    }


# --- 3: one step -------------------------------------------------------------------------

MARGIN = 0.1  # of all preactivations from the kink


def deviation(wrong: Array, right: Array) -> Array:
    """Return |wrong - c right| / |c right| with the best common factor c > 0; infinite if there is none.

    Shapes: (..., n, R), joint over all but the last axis. A constant factor belongs to the
    step size (mean, sum, with 1/2), so it is fitted; a negative one would be ascent.
    """
    axes = tuple(range(wrong.ndim - 1))
    wrong, right = wrong.astype(float), right.astype(float)
    return residual_ratio(*((a * b).sum(axis=axes) for a, b in ((wrong, right), (right, right), (wrong, wrong))))


def residual_ratio(dot: Array, rr: Array, ww: Array) -> Array:
    """Return the deviation from the products wrong * right, right * right, wrong * wrong."""
    with np.errstate(all="ignore"):
        c = dot / rr
        value = np.sqrt(np.maximum(ww - c * dot, 0) / rr) / c
    return np.where((c > 0) & np.isfinite(value), value, np.inf)


def chosen_points(rng: np.random.Generator, count: int) -> Array:
    """Draw probe points, normal and with one decimal, away from kinks and stationary points: (9, count)."""
    theta = np.round(rng.normal(size=(SIZE, 4 * count)), 1)
    good = np.abs(preactivations(theta)).min(axis=(0, 1)) >= MARGIN - 1e-9
    good &= np.linalg.norm(backward(theta)[0], axis=0) >= MARGIN
    return theta[:, good][:, :count]


def numeric(theta: Array, h: float, central: bool, dtype: type = np.float64) -> Array:
    """Return a numerical gradient of the mean loss, as a student may compute it."""
    theta = theta.astype(dtype)
    g = np.empty_like(theta)
    loss = lambda t: ((outputs(t)[2] - Y.astype(dtype)[:, None]) ** 2).mean(axis=0)  # noqa: E731
    for k in range(SIZE):
        shift = (dtype(h) * (np.arange(SIZE) == k)[:, None]).astype(dtype)
        g[k] = (loss(theta + shift) - loss(theta - shift)) / dtype(2 * h) if central else (loss(theta + shift) - loss(theta)) / dtype(h)
    return g


def steps(count: int = 20_000) -> dict:
    """Compare single updates with the right one from the same parameters."""
    rng = np.random.default_rng([SEED, 4])
    theta = chosen_points(rng, count)
    right = backward(theta)[0]
    rate = 0.1
    wrong = {kind: backward(theta, kind=kind, lr=rate)[0] for kind in WRONG}
    wrong["labels 0 and 1 inside"] = backward(theta, (Y + 1) / 2)[0]
    wrong["max forgotten"] = backward(theta, kind="max forgotten")[0]
    wrong["no biases in the model"] = bare(theta)
    good = {
        "float32": backward(theta.astype(np.float32), Y.astype(np.float32))[0],
        "central differences, 1e-5": numeric(theta, 1e-5, True),
        "forward differences, 1e-5": numeric(theta, 1e-5, False),
        "forward differences, 1e-3": numeric(theta, 1e-3, False),
    }
    best = pick(theta, right, wrong)
    return {
        "points": theta.shape[1],
        "no hidden unit active at any example": share(np.all(preactivations(theta) < 0, axis=(0, 1))),
        "right": {name: quantiles(deviation(g, right), (0.5, 0.99, 1)) for name, g in good.items()},
        "wrong": {name: probes_needed(g, right) for name, g in wrong.items()},
        "three chosen points": {
            "theta: U11 U12 U21 U22 b1_1 b1_2 w1 w2 b2": theta[:, best].T.round(1).tolist(),
            "right gradient of the mean loss": right[:, best].T.round(6).tolist(),
            "right variants, joint": {n: float(f"{joint(g, right, best):.2g}") for n, g in good.items()},
            "deviation at each": {
                n: [float(f"{v:.3g}") for v in deviation(g[:, best], right[:, best])] for n, g in wrong.items()
            },
            "deviation, one factor for all": {n: float(f"{joint(g, right, best):.3g}") for n, g in wrong.items()},
        },
        "own start": {init: own_start(rng, init) for init in PASS_INITS},
    }


def bare(theta: Array) -> Array:
    """Return the gradient of the model without b1 and b2 at the same U and w; none by biases."""
    start = theta.copy()
    start[[4, 5, 8]] = 0
    return backward(start, kind="no biases")[0]


def joint(g: Array, right: Array, index: Array) -> float:
    """Return the deviation over several points with one common factor."""
    return float(deviation(g[:, index][..., None], right[:, index][..., None])[0])


def probes_needed(g: Array, right: Array) -> dict:
    """Return the deviation at one random point, and how often n points would miss it."""
    single = deviation(g, right)
    missed = {}
    for n in (1, 2, 3, 5):
        R = g.shape[1] // n * n
        tuples = [a[:, :R].reshape(SIZE, R // n, n).transpose(0, 2, 1) for a in (g, right)]
        missed[str(n)] = share(deviation(*tuples) < 0.01)
    return {"deviation": quantiles(single, (0.01, 0.05, 0.25, 0.5, 0.75)), "within 1 % at n points": missed}


def pick(theta: Array, right: Array, wrong: dict[str, Array]) -> Array:
    """Choose three points, every derivative visible, at which the smallest deviation of all mistakes is largest."""
    fair = (np.abs(right).min(axis=0) > 0.05) & (np.abs(right).max(axis=0) < 5) & (np.abs(theta).max(axis=0) <= 2)
    worst = np.min([deviation(g, right) for g in wrong.values()], axis=0)
    return np.argsort(np.where(fair, -worst, 0), kind="stable")[:3]


def own_start(rng: np.random.Generator, init: str, count: int = 4000, lr: float = 0.1) -> dict:
    """Compare the first step, and the first 20 steps, of a wrong pass on its own way."""
    start = INITS[init](rng, count)
    found = {}
    for kind in WRONG:
        theta, pairs = start.copy(), []
        with np.errstate(all="ignore"):
            for _ in range(20):
                g = backward(theta, kind=kind, lr=lr)[0]
                pairs.append((g, backward(theta)[0]))
                theta = theta - lr * g
            first = deviation(*pairs[0])
            way = deviation(*(np.stack(a) for a in zip(*pairs, strict=True)))
        found[kind] = {"within 1 %: first step": share(first < 0.01), "20 steps": share(way < 0.01)}
    return found


def main() -> None:
    """Run all parts and write their results."""
    results = {"seed": SEED, "quantiles at": PROBABILITIES, "1.3": ranges(), "2.1": guesses()}
    results |= {"3, runs": runs(), "3, wrong passes": passes(), "3, one step": steps()}
    text = re.sub(r"\[[^\[\]{}]*\]", lambda match: re.sub(r"\s+", " ", match[0]), json.dumps(results, indent=1))
    Path(__file__).with_name("distribution.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
