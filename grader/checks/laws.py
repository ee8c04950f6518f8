"""Laws of random iterations: where they lead on average, and how far chance scatters them.

In:   starts, data and step sizes of one submission.
Out:  the mean course recomputed without chance, and the scatter around it.
Pure: no randomness; the same data give the same course.

`precision_ascent`: stochastic gradient ascent of a Gaussian's log-likelihood in the inverse
covariance, P <- P + c step (inv(P) - x x^T), one random x a step, c a factor of the step.
Without chance x x^T is S, its mean; each step adds an independent deviation, so that K
steps scatter by at most about c step sqrt(K) kappa, kappa^2 = mean |x x^T - S|^2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from grader.model.value import Array

Rule = Callable[[Array, Array, int], Array]
"""Increment per unit of step: from P (..., d, d), S (d, d) and the number of points."""


def inverse(matrices: Array) -> Array:
    """Invert matrices, shape (..., d, d); what is singular becomes infinite or NaN."""
    if matrices.shape[-1] != 2:
        return np.asarray(np.linalg.pinv(matrices))
    a, b = matrices[..., 0, 0], matrices[..., 0, 1]
    c, d = matrices[..., 1, 0], matrices[..., 1, 1]
    flat = np.stack([d, -b, -c, a], axis=-1) / (a * d - b * c)[..., None]
    return np.asarray(flat.reshape(matrices.shape))


@dataclass(frozen=True, slots=True)
class Law:
    """What a step adds, and what a mistake makes of its number and its scatter.

    Attributes:
        rule: the increment.
        share: of the iterations that are done.
        divided: every step is divided by the number of points.
    """

    rule: Rule
    share: float = 1.0
    divided: bool = False


COARSE = 10
"""Steps of a mistaken law that are taken at once; it is used for small steps only."""
RIGHT = Law(lambda p, s, n: inverse(p) - s)


WRONG: dict[str, Law] = {
    "the sign of the step is wrong: it goes downhill": Law(lambda p, s, n: s - inverse(p)),
    "x xᵀ is added instead of subtracted": Law(lambda p, s, n: inverse(p) + s),
    "P is used in place of its inverse": Law(lambda p, s, n: p - s),
    "x xᵀ is missing from the gradient": Law(lambda p, s, n: inverse(p)),
    "P⁻¹ is divided by the number of points": Law(lambda p, s, n: inverse(p) / n - s),
    "each step is divided by the number of points": Law(
        lambda p, s, n: (inverse(p) - s) / n, divided=True
    ),
    "there are ten times fewer iterations": Law(RIGHT.rule, share=0.1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample of N points in d dimensions.

    Attributes:
        second: mean of x x^T, shape (d, d). kappa: root mean square of |x x^T - second|.
        count: N.
    """

    second: Array
    kappa: float
    count: int

    @staticmethod
    def of(points: Array) -> "Sample":
        """Describe points of shape (N, d)."""
        outer = points[:, :, None] * points[:, None, :]
        second = outer.mean(axis=0)
        kappa = float(np.sqrt(((outer - second) ** 2).sum(axis=(1, 2)).mean()))
        return Sample(second=second, kappa=kappa, count=len(points))

    def scatter(self, rate: float, iterations: int, law: Law = RIGHT) -> float:
        """Root mean square distance from the mean course, at most; rate is c step."""
        steps = float(np.sqrt(iterations * law.share)) * rate
        return steps * self.kappa / (self.count if law.divided else 1)

    def objective(self, matrices: Array) -> Array:
        """Log-likelihood of all points without its constant; NaN if not definite."""
        sign, logdet = np.linalg.slogdet(matrices)
        trace = np.einsum("...ij,ij->...", matrices, self.second)
        value = self.count / 2 * (logdet - trace)
        definite = np.linalg.eigvalsh(matrices)[..., 0] > 0
        return np.where(definite & (sign > 0), value, np.nan)


def courses(
    starts: Array,
    sample: Sample,
    rates: tuple[float, ...],
    iterations: int,
    wrong: str = "",
) -> Array:
    """Where the mean course leads: shape (starts, rates, d, d); NaN where it diverges.

    Shapes: starts (n, d, d). wrong: the name of a mistaken law; "" for the right one.
    """
    key = starts.tobytes(), starts.shape, sample.second.tobytes(), sample.count
    return _courses(*key, rates, iterations, wrong)


@lru_cache(maxsize=64)
def _courses(
    starts: bytes,
    shape: tuple[int, ...],
    second: bytes,
    count: int,
    rates: tuple[float, ...],
    iterations: int,
    wrong: str,
) -> Array:
    law, coarse = WRONG.get(wrong, RIGHT), COARSE if wrong else 1
    at = np.frombuffer(starts).reshape(shape)[:, None].repeat(len(rates), axis=1)
    mean = np.frombuffer(second).reshape(shape[1:])
    rate = np.array(rates)[None, :, None, None]
    with np.errstate(all="ignore"):
        for _ in range(round(iterations * law.share / coarse)):
            at = at + coarse * rate * law.rule(at, mean, count)
    return np.asarray(at)
