"""Simulate what correct and wrong solutions of the computer assignments produce.

In:      nothing; every random number comes from SEED.
Out:     distribution.json beside this file: shares, quantiles and false rates.
Touches: writes that file. Run: python simulate.py (about a minute, one thread).

Three parts: panels (1.C), ascent (2.C1), covariance (2.C2). README.md explains the figures.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

SEED = 20240321
Array = np.ndarray
PROBABILITIES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)


def quantiles(values: Array, probabilities: tuple[float, ...] = PROBABILITIES) -> list[float]:
    """Return quantiles, four significant digits; not-a-number counts as infinite."""
    finite = np.where(np.isnan(values), np.inf, values).ravel()
    cuts = np.quantile(finite, probabilities, method="nearest")
    return [float(f"{cut:.4g}") for cut in cuts]


def share(mask: Array) -> float:
    """Return the fraction of true entries."""
    return round(float(np.mean(mask)), 5)


# --- 1.C: nine panels ------------------------------------------------------------------

WEIGHTS: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Array]] = {
    "default, uniform(+-1/sqrt5)": lambda rng, shape: rng.uniform(-1, 1, shape) / np.sqrt(5),
    "normal(0,1)": lambda rng, shape: rng.normal(size=shape),
    "uniform(0,1)": lambda rng, shape: rng.uniform(size=shape),
}


def panels(count: int = 500, points: int = 2001) -> dict:
    """Draw `count` networks for each way to draw weights; describe y1 as a function of x1.

    constant: y1 takes one single value. straight: no kink, constant ones included.
    range: largest minus smallest y1. bend: largest distance to the chord, over the range.
    """
    rng = np.random.default_rng([SEED, 1])
    x1 = np.linspace(-10, 10, points)
    found: dict = {}
    for name, draw in WEIGHTS.items():
        for biases in (True, False):
            for last in (True, False):
                curves = {"tanh": [], "relu": []}
                for _ in range(count):
                    W, b = draw(rng, (3, 5, 5)), draw(rng, (3, 5)) * biases
                    x = np.repeat(rng.normal(size=(5, 1)), points, axis=1)
                    x[0] = x1
                    for kind, act in (("tanh", np.tanh), ("relu", lambda u: np.maximum(u, 0))):
                        y = act(W[1] @ act(W[0] @ x + b[0][:, None]) + b[1][:, None])
                        y = (W[2] @ y + b[2][:, None])[0]
                        curves[kind].append(act(y) if last else y)
                key = f"{name}; {'' if biases else 'no '}biases; last layer {'activated' if last else 'linear'}"
                found[key] = {kind: describe(np.array(curve), x1) for kind, curve in curves.items()}
    return found


def describe(y: Array, x: Array) -> dict:
    """Describe sampled curves, shape (count, points)."""
    spread = y.max(axis=1) - y.min(axis=1)
    chord = y[:, :1] + (y[:, -1:] - y[:, :1]) * (x - x[0]) / (x[-1] - x[0])
    bend = np.abs(y - chord).max(axis=1) / np.where(spread > 0, spread, 1)
    return {
        "constant": share(spread < 1e-12),
        "straight": share(bend < 1e-9),
        "bend below 0.01": share(bend < 0.01),
        "bend": quantiles(bend),
        "range": quantiles(spread),
    }


# --- 2.C1: gradient ascent -------------------------------------------------------------

STARTS = ((0.2, 0.5), (0.5, 0.2), (1.0, 1.0))
MAXIMA = np.array([[0.0707201817, 0.9292798183], [0.9292798183, 0.0707201817]])
CRITERIA = ("gradient", "step", "value")


def hills(w: Array) -> tuple[Array, Array]:
    """Return the two summands of the objective at w (..., 2)."""
    a, b = w[..., 0], w[..., 1]
    return np.exp(-(a**2) - 2 * (b - 1) ** 2), np.exp(-((a - 1) ** 2) - 2 * b**2)


def slope(w: Array, factor: tuple[float, float] = (2, 4), second: float = 1, shift: float = 1) -> Array:
    """Return the gradient, or a typical mistake in it, by its factors and shifts."""
    a, b = w[..., 0], w[..., 1]
    one, two = hills(w)
    two = second * two
    return -np.stack(
        [factor[0] * (a * one + (a - 1) * two), factor[1] * ((b - shift) * one + b * two)], axis=-1
    )


GRADIENTS: dict[str, Callable[[Array], Array]] = {
    "right": slope,
    "half of it": lambda w: slope(w, (1, 2)),
    "twice": lambda w: slope(w, (4, 8)),
    "inner factor 2 forgotten, (2, 2)": lambda w: slope(w, (2, 2)),
    "(1, 4)": lambda w: slope(w, (1, 4)),
    "normalised to length 1": lambda w: slope(w) / np.linalg.norm(slope(w), axis=-1, keepdims=True),
    "only the first hill": lambda w: slope(w, second=0),
    "second hill with wrong sign": lambda w: slope(w, second=-1),
    "first hill centred at 0 in w2": lambda w: slope(w, shift=0),
    "components exchanged": lambda w: slope(w)[..., ::-1],
    "second component with wrong sign": lambda w: slope(w, (2, -4)),
    "descent": lambda w: -slope(w),
}


def climb(
    gradient: Callable[[Array], Array], steps: Array, criterion: str, tol: float = 1e-4, limit: int = 20_000
) -> tuple[Array, Array, Array]:
    """Run ascent for all step sizes and the three starts at once.

    Shapes: steps (n,); returns ends (n, 3, 2), iterations (n, 3), stopped (n, 3).
    """
    w = np.broadcast_to(np.array(STARTS), (len(steps), 3, 2)).copy()
    going, used = np.ones(w.shape[:2], bool), np.zeros(w.shape[:2], int)
    for _ in range(limit):
        with np.errstate(all="ignore"):
            d = gradient(w)
            move = steps[:, None, None] * d
            size = {
                "gradient": np.linalg.norm(d, axis=-1),
                "step": np.linalg.norm(move, axis=-1),
                "value": np.abs(sum(hills(w + move)) - sum(hills(w))),
            }[criterion]
        if criterion == "gradient":
            going &= ~(size < tol)
        w = np.where(going[..., None], w + move, w)
        used += going
        if criterion != "gradient":
            going &= ~(size < tol)
        if not going.any():
            break
    return w, used, ~going


def where(ends: Array, radius: float) -> Array:
    """Return 0 or 1 for the maximum within `radius`, -1 for none; shape without the last axis."""
    distance = np.linalg.norm(ends[..., None, :] - MAXIMA, axis=-1)
    near = np.argmin(np.nan_to_num(distance, nan=np.inf), axis=-1)
    return np.where(np.nanmin(np.nan_to_num(distance, nan=np.inf), axis=-1) < radius, near, -1)


def ascent() -> dict:
    """Say where right and wrong gradients end, how far from the maxima, after how many iterations."""
    fixed = np.array([1e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 1, 2, 5, 10, 100])
    table = {}
    for criterion in CRITERIA:
        ends, used, stopped = climb(slope, fixed, criterion)
        gap = np.linalg.norm(ends[:, :, None] - MAXIMA, axis=-1).min(axis=-1)
        table[criterion] = {
            f"{step:g}": [
                {"maximum": int(m), "iterations": int(k), "stopped": bool(s), "gap": float(f"{g:.2g}")}
                for m, k, s, g in zip(*row, strict=True)
            ]
            for step, *row in zip(fixed, where(ends, 0.05), used, stopped, gap, strict=True)
        }

    sensible = np.geomspace(0.01, 0.5, 200)
    random_steps = {}
    for criterion in CRITERIA:
        ends, used, stopped = climb(slope, sensible, criterion)
        gap = np.linalg.norm(ends[:, :, None] - MAXIMA, axis=-1).min(axis=-1)
        random_steps[criterion] = {
            "as expected (0, 1, 0)": share(where(ends, 0.2) == [0, 1, 0]),
            "gap": quantiles(gap),
            "iterations": quantiles(used),
        }

    probes = np.random.default_rng([SEED, 2]).uniform(-1, 2, (50, 2))
    truth = slope(probes)
    wrong = {}
    for name, gradient in GRADIENTS.items():
        ends, used, stopped = climb(gradient, np.geomspace(0.01, 0.5, 25), "gradient", limit=5000)
        off = np.linalg.norm(gradient(probes) - truth, axis=-1) / np.linalg.norm(truth, axis=-1)
        wrong[name] = {
            "ends at the same maxima": share(np.all(where(ends, 0.02) == [0, 1, 0], axis=1)),
            "maximum by start": [[share(where(ends, 0.02)[:, s] == m) for m in (0, 1, -1)] for s in range(3)],
            "relative error at 50 probes": quantiles(off, (0, 0.05, 0.5)),
            "probes off by more than 1 %": share(off > 0.01),
        }
    return {"starts": STARTS, "maxima": MAXIMA.tolist(), "by step": table, "steps 0.01 to 0.5": random_steps,
            "gradients, steps 0.01 to 0.5": wrong}


# --- 2.C2: inverse covariance ----------------------------------------------------------
# A 2 x 2 matrix is four numbers on axis 0; then: start family, data set, start, step size.

N, K, DATA_SETS = 1000, 10_000, 100
STEPS = np.array([1e-5, 1e-4, 1e-3])
SIGMA = np.array([[1, 0.5], [0.5, 1]])
TRUTH = np.linalg.inv(SIGMA)
LIMITS = (1, 1.5, 2, 2.5, 3, 4, 6)


def normal(rng: np.random.Generator, n: int) -> Array:
    return rng.normal(size=(n, 2, 2))


def uniform(rng: np.random.Generator, n: int) -> Array:
    return rng.uniform(size=(n, 2, 2))


def gram(A: Array) -> Array:
    return A @ A.swapaxes(-1, -2)


def symmetric(A: Array) -> Array:
    return (A + A.swapaxes(-1, -2)) / 2


def rotated(rng: np.random.Generator, n: int) -> Array:
    """Eigenvalues uniform in [0.5, 4], a random rotation: the reference's choice."""
    Q = np.linalg.qr(normal(rng, n))[0]
    return Q * rng.uniform(0.5, 4, (n, 1, 2)) @ Q.swapaxes(-1, -2)


def make_spd(rng: np.random.Generator, n: int) -> Array:
    """What scikit-learn's make_spd_matrix draws."""
    A = uniform(rng, n)
    U, _, V = np.linalg.svd(A.swapaxes(-1, -2) @ A)
    return U @ (1 + rng.uniform(size=(n, 2, 1)) * np.eye(2)) @ V


def wishart(rng: np.random.Generator, n: int) -> Array:
    """Inverse of a sample covariance of five random points."""
    x = rng.normal(size=(n, 2, 5))
    return np.linalg.inv(gram(x) / 5)


FAMILIES: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "identity": lambda rng, n: np.tile(np.eye(2), (n, 1, 1)),
    "u I, u in [0.5, 3]": lambda rng, n: rng.uniform(0.5, 3, (n, 1, 1)) * np.eye(2),
    "diag of uniform(0,1)": lambda rng, n: rng.uniform(size=(n, 2, 1)) * np.eye(2),
    "eigenvalues in [0.5, 4], rotated": rotated,
    "A A^T + I, A normal": lambda rng, n: gram(normal(rng, n)) + np.eye(2),
    "A A^T + 0.1 I, A uniform": lambda rng, n: gram(uniform(rng, n)) + 0.1 * np.eye(2),
    "A A^T, A normal": lambda rng, n: gram(normal(rng, n)),
    "A A^T, A uniform": lambda rng, n: gram(uniform(rng, n)),
    "10 (A A^T + I), A normal": lambda rng, n: 10 * (gram(normal(rng, n)) + np.eye(2)),
    "make_spd_matrix": make_spd,
    "inverse of a small sample covariance": wishart,
    "truth + 0.1 noise": lambda rng, n: TRUTH + 0.1 * symmetric(normal(rng, n)),
}
DOUBTFUL = {  # starts that need not be positive definite, or symmetric
    "symmetric, uniform(0,1)": lambda rng, n: symmetric(uniform(rng, n)),
    "symmetric, normal": lambda rng, n: symmetric(normal(rng, n)),
    "uniform(0,1), not symmetric": uniform,
}


def inverse(P: Array) -> Array:
    a, b, c, d = P
    return np.stack([d, -b, -c, a]) / (a * d - b * c)


def outer(x: Array) -> Array:
    return np.stack([x[0] * x[0], x[0] * x[1], x[0] * x[1], x[1] * x[1]])


def right(P: Array, x: Array) -> Array:
    return inverse(P) - outer(x)


Dynamics = Callable[[Array, Array], Array]
WRONG: dict[str, Dynamics] = {
    "wrong sign": lambda P, x: outer(x) - inverse(P),
    "plus instead of minus": lambda P, x: inverse(P) + outer(x),
    "inverse forgotten": lambda P, x: P - outer(x),
    "inner product x^T x": lambda P, x: inverse(P) - (x[0] ** 2 + x[1] ** 2),
    "x * x along rows": lambda P, x: inverse(P) - np.stack([x[0], x[1], x[0], x[1]]) ** 2,
    "x instead of x x^T": lambda P, x: inverse(P) - np.stack([x[0], x[1], x[0], x[1]]),
    "P^-1 outside the sum: P^-1 / N - x x^T": lambda P, x: inverse(P) / N - outer(x),
    "times N": lambda P, x: N * right(P, x),
    "times 2N": lambda P, x: 2 * N * right(P, x),
    "divided by N": lambda P, x: right(P, x) / N,
    "four times too large": lambda P, x: 4 * right(P, x),
}


def with_replacement(rng: np.random.Generator, shape: tuple[int, ...]) -> Iterator[Array]:
    for _ in range(K // 500):
        yield from rng.integers(N, size=(500, *shape))


def cyclic(rng: np.random.Generator, shape: tuple[int, ...]) -> Iterator[Array]:
    for k in range(K):
        yield np.full(shape, k % N)


def reshuffled(rng: np.random.Generator, shape: tuple[int, ...]) -> Iterator[Array]:
    for _ in range(K // N):
        order = np.broadcast_to(np.arange(N), (int(np.prod(shape)), N))
        yield from np.moveaxis(rng.permuted(order, axis=1).reshape(*shape, N), -1, 0)


def always_first(rng: np.random.Generator, shape: tuple[int, ...]) -> Iterator[Array]:
    for _ in range(K):
        yield np.zeros(shape, int)


SAMPLING = {"with replacement": with_replacement, "cyclic": cyclic, "reshuffled each epoch": reshuffled}


def run(
    P0: Array, X: Array, order: Iterator[Array], c: float = 0.5, dynamics: Dynamics = right, kept: list | None = None
) -> Array:
    """Return the last P of all runs. Shapes: P0 (4, F, R, 3), X (R, N, 2), result (4, F, R, 3, 3).

    `kept` receives P before the first step, and then after every hundredth.
    """
    P = np.repeat(P0[..., None], 3, axis=-1)
    data = np.arange(len(X))[:, None, None]
    with np.errstate(all="ignore"):
        for k, index in enumerate(order):
            if kept is not None and k % 100 == 0:
                kept.append(P.copy())
            x = np.moveaxis(X[data, index], -1, 0)[:, None]
            P += c * STEPS * dynamics(P, x)
    if kept is not None:
        kept.append(P.copy())
    return P


def expected(P0: Array, S: Array, c: float) -> Array:
    """Return where the mean dynamics lead from P0; S has shape (4, 1, R, 1, 1) or (4, 1, 1, 1, 1)."""
    P = np.repeat(P0[..., None], 3, axis=-1)
    for _ in range(K):
        P += c * STEPS * (inverse(P) - S)
    return P


def norm(D: Array) -> Array:
    """Return Frobenius norms; a diverged run counts as infinitely far."""
    with np.errstate(all="ignore"):
        size = np.sqrt((D**2).sum(axis=0))
    return np.where(np.isfinite(size), size, np.inf)


def positive(P: Array) -> Array:
    return (P[0] > 0) & (P[0] * P[3] - (P[1] + P[2]) ** 2 / 4 > 0)


def draw_starts(families: dict, rng: np.random.Generator, data_sets: int) -> Array:
    starts = [draw(rng, data_sets * 3).reshape(data_sets, 3, 4) for draw in families.values()]
    return np.moveaxis(np.array(starts), -1, 0).copy()


class Judge:
    """Score last iterates P against the mean dynamics from the same start, for the nearer c.

    z = (distance to the mean dynamics) / (c step sqrt(K) kappa): the scale is what the
    noise of K steps adds up to if nothing made it decay.
    P: with P0 and the data; P, no data: S replaced by the true covariance, the scale
    enlarged by sqrt(1 + K/N); error: only the square root of the estimation error.
    """

    def __init__(self, P0: Array, X: Array) -> None:
        S = np.einsum("rni,rnj->rij", X, X) / N
        spread = ((X[:, :, :, None] * X[:, :, None, :] - S[:, None]) ** 2).sum(axis=(2, 3)).mean(axis=1)
        self.truth = TRUTH.reshape(4, 1, 1, 1, 1)
        self.means = [expected(P0, np.moveaxis(S.reshape(-1, 4), -1, 0)[:, None, :, None, None], c) for c in (0.5, 1)]
        self.blind = [expected(P0, SIGMA.reshape(4, 1, 1, 1, 1), c) for c in (0.5, 1)]
        self.scales = [c * STEPS * np.sqrt(K) * np.sqrt(spread)[:, None, None] for c in (0.5, 1)]
        self.blind_scales = [c * STEPS * np.sqrt(6.5 * K * (1 + K / N)) for c in (0.5, 1)]

    def z(self, P: Array) -> dict[str, Array]:
        root = norm(P - self.truth)
        with np.errstate(all="ignore"):
            by_error = [np.abs(root - norm(m - self.truth)) / s for m, s in zip(self.means, self.scales, strict=True)]
        return {
            "P": np.minimum(*(norm(P - m) / s for m, s in zip(self.means, self.scales, strict=True))),
            "P, no data": np.minimum(*(norm(P - m) / s for m, s in zip(self.blind, self.blind_scales, strict=True))),
            "error": np.minimum(*by_error),
        }


def per_step(values: Array, probabilities: tuple[float, ...] = PROBABILITIES) -> dict[str, list[float]]:
    return {f"{step:.0e}": quantiles(values[..., s], probabilities) for s, step in enumerate(STEPS)}


def accepted(z: Array) -> dict:
    """Return shares within each limit: of runs by step size, and of submissions with all nine."""
    return {
        f"{limit:g}": {
            "runs": [share(z[..., s] <= limit) for s in range(3)],
            "all nine": share(np.all(z <= limit, axis=(-1, -2))),
            "at least seven": share(np.sum(z <= limit, axis=(-1, -2)) >= 7),
        }
        for limit in LIMITS
    }


def error_band(e: Array) -> Array:
    """Return the 99% band of errors, shape (2, 3): an absolute rule, for comparison."""
    return np.quantile(e.reshape(-1, 3), (0.005, 0.995), axis=0)


def within(e: Array, band: Array) -> list[float]:
    return [share((e[..., s] >= band[0, s]) & (e[..., s] <= band[1, s])) for s in range(3)]


def log_gain(P0: Array, P: Array, X: Array) -> Array:
    """Return the gain of the mean log-likelihood; not-a-number where P is no inverse covariance."""
    S = np.moveaxis((np.einsum("rni,rnj->rij", X, X) / N).reshape(-1, 4), -1, 0)[:, None, :, None, None]

    def value(M: Array) -> Array:
        det = np.where(positive(M), M[0] * M[3] - M[1] * M[2], np.nan)
        return (np.log(det) - (M * S).sum(axis=0)) / 2

    with np.errstate(all="ignore"):
        return value(P) - value(P0[..., None])


def covariance() -> dict:
    """Simulate whole submissions: three starts, three step sizes, right and wrong dynamics."""
    rng = np.random.default_rng([SEED, 3])
    X = rng.normal(size=(DATA_SETS, N, 2)) @ np.linalg.cholesky(SIGMA).T
    P0 = draw_starts(FAMILIES, rng, DATA_SETS)
    judge = Judge(P0, X)
    shape = (DATA_SETS, 3, 3)
    start_error = norm(P0[..., None] - judge.truth) ** 2

    ends = {(c, how): run(P0, X, order(rng, shape), c) for c in (0.5, 1) for how, order in SAMPLING.items()}
    z = {key: judge.z(P) for key, P in ends.items()}
    main = ends[0.5, "with replacement"]
    error = {key: norm(P - judge.truth) ** 2 for key, P in ends.items()}
    e = error[0.5, "with replacement"]
    wide, narrow = (error_band(e[list(FAMILIES).index(name)]) for name in ("A A^T + I, A normal", "identity"))

    families = {}
    for f, name in enumerate(FAMILIES):
        gain = log_gain(P0, main, X)[f]
        pooled = {rule: np.concatenate([z[key][rule][f] for key in ends]) for rule in ("P", "P, no data", "error")}
        families[name] = {
            "error": per_step(e[f]),
            "error without the 1/2": per_step(error[1, "with replacement"][f]),
            "error / start's error": per_step(e[f] / start_error[f], (0.05, 0.5, 0.95)),
            "error(1e-4) / error(1e-5)": quantiles(e[f, ..., 1] / e[f, ..., 0]),
            "error(1e-3) / error(1e-5)": quantiles(e[f, ..., 2] / e[f, ..., 0]),
            "error(1e-4) < error(1e-5)": share(e[f, ..., 1] < e[f, ..., 0]),
            "error(1e-3) < error(1e-4)": share(e[f, ..., 2] < e[f, ..., 1]),
            "error falls with the step, all three starts": share(np.all(np.diff(e[f], axis=-1) < 0, axis=(-1, -2))),
            "error(1e-3) < error(1e-5), all three starts": share(np.all(e[f, ..., 2] < e[f, ..., 0], axis=-1)),
            "mean error of the starts falls with the step": share(np.all(np.diff(e[f].mean(axis=1), axis=-1) < 0, axis=-1)),
            "error within 99% band of A A^T + I": within(e[f], wide),
            "error within 99% band of identity": within(e[f], narrow),
            "positive definite at the end": share(positive(main[:, f])),
            "log-likelihood higher at the end": [share(gain[..., s] > 0) for s in range(3)],
            "distance moved": per_step(norm(main[:, f] - P0[:, f, ..., None]), (0.05, 0.5, 0.95)),
            "z, right solutions": {rule: per_step(v, (0.5, 0.95, 0.99, 0.999, 1)) for rule, v in pooled.items()},
        }

    rules = {
        "right, by sampling and c": {
            f"{how}, {'with' if c == 0.5 else 'without'} 1/2": {
                rule: {"accepted": accepted(v), "z": per_step(v, (0, 0.5, 0.99, 0.999, 1))}
                for rule, v in z[c, how].items()
            }
            for c, how in ends
        },
        "wrong": wrong_dynamics(P0[:, :, :30], X[:30], wide, rng),
    }
    ml_error = ((np.linalg.inv(np.einsum("rni,rnj->rij", X, X) / N) - TRUTH) ** 2).sum(axis=(1, 2))
    return {
        "settings": {"N": N, "K": K, "data sets": DATA_SETS, "starts": 3, "steps": STEPS.tolist()},
        "error of the maximum of the likelihood": quantiles(ml_error),
        "families": families,
        "rules": rules,
        "doubtful starts": doubtful(X, rng),
    }


def wrong_dynamics(P0: Array, X: Array, band: Array, rng: np.random.Generator) -> dict:
    """Let wrong dynamics run, and right ones with a wrong count or always the same point."""
    shape = (len(X), 3, 3)
    judge = Judge(P0, X)
    S = np.moveaxis((np.einsum("rni,rnj->rij", X, X) / N).reshape(-1, 4), -1, 0)[:, None, :, None, None]
    ends = {name: run(P0, X, with_replacement(rng, shape), dynamics=d) for name, d in WRONG.items()}
    ends["always the first point"] = run(P0, X, always_first(rng, shape))
    ends["1000 iterations"] = run(P0, X, rng.integers(N, size=(K // 10, *shape)))
    ends["no iteration at all"] = np.repeat(P0[..., None], 3, axis=-1)
    ends["full gradient, sum over the data"] = run(
        P0, X, cyclic(rng, shape), dynamics=lambda P, x: N * (inverse(P) - S)
    )
    ends["full gradient, mean over the data"] = judge.means[0]
    ends["S^-1, not iterated"] = np.broadcast_to(inverse(S), judge.means[0].shape)
    found = {}
    for name, P in ends.items():
        z, e = judge.z(P), norm(P - judge.truth) ** 2
        found[name] = {
            "diverged or indefinite": [share(~(np.isfinite(norm(P)) & positive(P))[..., s]) for s in range(3)],
            "error falls with the step, all three starts": share(np.all(e[..., 1:] < e[..., :-1], axis=(-1, -2))),
            "error(1e-3) < error(1e-5), all three starts": share(np.all(e[..., 2] < e[..., 0], axis=-1)),
            "error within 99% band of A A^T + I": within(e, band),
            "z": {rule: per_step(v, (0.01, 0.05, 0.5)) for rule, v in z.items()},
            "accepted": {rule: accepted(v) for rule, v in z.items()},
            "accepted by family, P, limit 3": {
                family: [share(z["P"][f, ..., s] <= 3) for s in range(3)] for f, family in enumerate(FAMILIES)
            },
        }
    return found


def doubtful(X: Array, rng: np.random.Generator) -> dict:
    """See what happens to starts that are not checked for positive definiteness."""
    P0 = draw_starts(DOUBTFUL, rng, len(X))
    P = run(P0, X, with_replacement(rng, (len(X), 3, 3)))
    judge = Judge(P0, X)
    z = judge.z(P)["P"]
    good = positive(P0)
    return {
        name: {
            "positive definite at the start": share(good[f]),
            "and still at the end": [share(positive(P)[f, ..., s][good[f]]) for s in range(3)],
            "indefinite start, positive definite at the end": [share(positive(P)[f, ..., s][~good[f]]) for s in range(3)],
            "z <= 3": [share(z[f, ..., s] <= 3) for s in range(3)],
            "z": per_step(z[f], (0.5, 0.99, 1)),
        }
        for f, name in enumerate(DOUBTFUL)
    }


# --- 2.C2: hand-ins, which `grader audit` judges by the real checks -----------------------
# A hand-in is (right, sort, cells). A cell is a mapping: question, and what it leaves behind:
# variables, text, lines. Lines are (figure, values) of curves. docs/audit.md has the format.

HandIn = tuple[bool, str, list[dict]]
RANDOM = {name: draw for name, draw in FAMILIES.items() if name != "identity"}  # three different starts
KEPT = ("results kept", "results kept", "results kept", "results not kept")  # every fourth


@lru_cache(maxsize=4)
def right_runs(count: int) -> list[dict]:
    """Simulate right submissions: all families of starts, ways to sample, with and without 1/2."""
    rng = np.random.default_rng([SEED, 4])
    ways = [(c, order) for c in (0.5, 1) for order in SAMPLING.values()]
    each = -(-count // (len(ways) * len(RANDOM)))
    found = [one for c, order in ways for one in submissions(rng, each, order, c)]
    return [found[i] for i in rng.permutation(len(found))[:count]]


def submissions(
    rng: np.random.Generator, data_sets: int, order: Callable = with_replacement, c: float = 0.5, dynamics: Dynamics = right
) -> Iterator[dict]:
    """Yield submissions, as many for each family of starts; each has data and chance of its own.

    Each says which family it is of. Shapes: X (N, 2), P0 (3, 2, 2), paths (step, start, points, 2, 2).
    """
    families = list(RANDOM)
    count = data_sets * len(RANDOM)
    X = rng.normal(size=(count, N, 2)) @ np.linalg.cholesky(SIGMA).T
    P0 = draw_starts(RANDOM, rng, data_sets).reshape(4, 1, count, 3)
    kept: list[Array] = []
    run(P0, X, order(rng, (count, 3, 3)), c, dynamics, kept)
    paths = np.array(kept).reshape(-1, 2, 2, count, 3, 3)  # point, 2, 2, submission, start, step
    for r in range(count):
        path = np.moveaxis(paths[:, :, :, r], (4, 3), (0, 1))
        yield {"X": X[r], "P0": path[0, :, 0], "paths": path, "family": families[r // data_sets]}


def sort_of(i: int, one: dict) -> str:
    """Return what sort of right hand-in the i-th one is; from near the truth little can be told."""
    return "starts near the truth" if one["family"] == "truth + 0.1 noise" else KEPT[i % 4]


def errors(P: Array) -> Array:
    """Return squared distances from the truth, all entries summed."""
    return ((P - TRUTH) ** 2).sum(axis=(-1, -2))


def variables(one: dict, results: bool = True) -> dict:
    """Return the cell that leaves data, starts and, if they were kept, results."""
    names = {"samples": one["X"], "starts": one["P0"]}
    names |= {"P_hat": one["paths"][:, :, -1]} if results else {}
    return {"question": "2.C2a", "variables": names}


def printed(numbers: Array, digits: int = 6) -> dict:
    """Return the cell that prints the errors, one line for each step size."""
    lines = (" ".join(f"{e:.{digits}f}" for e in row) for row in numbers)
    return {"question": "2.C2c", "text": "estimation errors\n" + "\n".join(lines)}


def draw_results(count: int) -> Iterator[HandIn]:
    """2.C2a: right runs, every fourth without its results; runs of wrong dynamics."""
    for i, one in enumerate(right_runs(count)):
        told = printed(errors(one["paths"][:, :, -1]))
        yield True, sort_of(i, one), [variables(one, results=i % 4 != 3), told]
    rng = np.random.default_rng([SEED, 5])
    each = max(count // (len(RANDOM) * (len(WRONG) + 5)), 1)
    for name, dynamics in WRONG.items():
        for one in submissions(rng, each, dynamics=dynamics):
            yield False, name, [variables(one), printed(errors(one["paths"][:, :, -1]))]
    late = lambda rng, shape: rng.integers(N, size=(K // 10, *shape))  # noqa: E731
    for name, order in (("always the first point", always_first), ("1000 iterations", late)):
        for one in submissions(rng, each, order):
            yield False, name, [variables(one), printed(errors(one["paths"][:, :, -1]))]
    for one in right_runs(count)[: each * len(RANDOM)]:
        S = one["X"].T @ one["X"] / N
        for name, P in (
            ("no iteration at all", np.repeat(one["paths"][:, :, :1], 2, axis=2)),
            ("S^-1, not iterated", np.broadcast_to(np.linalg.inv(S), (3, 3, 2, 2, 2))),
            ("full gradient, mean over the data", mean_course(one)),
        ):
            yield False, name, [variables(one | {"paths": P}), printed(errors(P[:, :, -1]))]


def mean_course(one: dict) -> Array:
    """Return where the mean dynamics lead from the starts, as paths of one point."""
    S = (one["X"].T @ one["X"] / N).reshape(4, 1, 1, 1, 1)
    P0 = np.moveaxis(one["P0"].reshape(3, 4), -1, 0)[:, None, None]
    ends = expected(P0, S, 0.5)[:, 0, 0]  # 4, start, step
    return np.moveaxis(ends, (2, 1), (0, 1)).reshape(3, 3, 1, 2, 2)


def value(P: Array, X: Array, constant: bool = True) -> Array:
    """Return the log-likelihood of P (..., 2, 2); not-a-number where it does not exist."""
    n = len(X)
    with np.errstate(all="ignore"):
        det = P[..., 0, 0] * P[..., 1, 1] - P[..., 0, 1] * P[..., 1, 0]
        trace = np.einsum("...ij,ij->...", P, X.T @ X / n)
        return n / 2 * (np.log(det) - trace - constant * 2 * np.log(2 * np.pi))


READINGS: tuple[Callable[[Array, Array], Array], ...] = (
    value,
    lambda P, X: value(P, X, constant=False),
    lambda P, X: -value(P, X),
    lambda P, X: value(P, X) / len(X),
)
OTHER_CURVES: dict[str, Callable[[Array, Array], Array]] = {
    "of one point": lambda P, X: value(P, X[:1]),
    "of the first hundred points": lambda P, X: value(P, X[:100]),
    "without the determinant": lambda P, X: -len(X) / 2 * np.einsum("...ij,ij->...", P, X.T @ X / len(X)),
    "without the trace": lambda P, X: len(X) / 2 * np.log(np.linalg.det(P)),
    "with P^-1 for P": lambda P, X: value(np.linalg.inv(P), X),
    "the error": lambda P, X: errors(P),
}


def drawn(curves: Array) -> dict:
    """Return the cell with three figures of three curves; curves (step, start, points)."""
    return {"question": "2.C2b", "lines": [(s, curve) for s in range(3) for curve in curves[s]]}


def draw_curves(count: int) -> Iterator[HandIn]:
    """2.C2b: the objective of right runs, every fourth without its results; other curves."""
    for i, one in enumerate(right_runs(count)):
        reading = READINGS[i // 4 % len(READINGS)]
        yield True, sort_of(i, one), [variables(one, results=i % 4 != 3), drawn(reading(one["paths"], one["X"]))]
    each = max(count // (len(OTHER_CURVES) + 3), 1)
    for i, one in enumerate(right_runs(count)[:each]):
        right_ones = value(one["paths"], one["X"])
        for name, other in OTHER_CURVES.items():
            yield False, name, [variables(one), drawn(other(one["paths"], one["X"]))]
        yield False, "one step size in all figures", [variables(one), drawn(np.repeat(right_ones[2:], 3, axis=0))]
        yield False, "one start three times", [variables(one), drawn(np.repeat(right_ones[:, :1], 3, axis=1))]
        another = right_runs(count)[i - 1]
        yield False, "of another student's runs", [variables(one), drawn(value(another["paths"], another["X"]))]


def draw_errors(count: int) -> Iterator[HandIn]:
    """2.C2c: the errors of right runs, printed in several ways; other numbers."""
    for i, one in enumerate(right_runs(count)):
        yield True, sort_of(i, one), [variables(one, results=i % 4 != 3), printed(errors(one["paths"][:, :, -1]), 3 + i % 4)]
    each = max(count // 7, 1)
    for i, one in enumerate(right_runs(count)[:each]):
        ends = one["paths"][:, :, -1]
        another = right_runs(count)[i - 1]["paths"][:, :, -1]
        for name, numbers in (
            ("not squared", np.sqrt(errors(ends))),
            ("from the covariance", ((ends - SIGMA) ** 2).sum(axis=(-1, -2))),
            ("from the inverse of each result", errors(np.linalg.inv(ends))),
            ("of the starts", np.repeat(errors(one["P0"])[None], 3, axis=0)),
            ("of the diagonals", ((ends - TRUTH)[..., [0, 1], [0, 1]] ** 2).sum(axis=-1)),
            ("of another student's results", errors(another)),
        ):
            yield False, name, [variables(one), printed(numbers)]
        yield False, "of another student's results, without own ones", [variables(one, results=False), printed(errors(another))]


DRAW = {"2.C2a.results": draw_results, "2.C2b.curves": draw_curves, "2.C2c.errors": draw_errors}


def main() -> None:
    """Run the three parts and write their results."""
    results = {"1.C": panels(), "2.C1": ascent(), "2.C2": covariance()}
    results = {"seed": SEED, "quantiles at": PROBABILITIES, **results}
    text = re.sub(r"\[[^\[\]{}]*\]", lambda match: re.sub(r"\s+", " ", match[0]), json.dumps(results, indent=1))
    Path(__file__).with_name("distribution.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
