"""Laws of random iterations: where they lead on average, and how far chance scatters them.

In:   starts, data and step sizes of one submission.
Out:  the mean course recomputed without chance, and the scatter around it.
Pure: no randomness; the same data give the same course.

`precision_ascent`: stochastic gradient ascent of a Gaussian's log-likelihood in the inverse
covariance, P <- P + c step (inv(P) - x x^T), one random x a step, c a factor of the step.
Without chance x x^T is S, its mean; each step adds an independent deviation, so that K
steps scatter by at most about c step sqrt(K) kappa, kappa^2 = mean |x x^T - S|^2.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
    "there are ten times fewer iterations": Law(RIGHT.rule, share=0.1),
    "the sign of the step is wrong: it goes downhill": Law(lambda p, s, n: s - inverse(p)),
    "x xᵀ is added instead of subtracted": Law(lambda p, s, n: inverse(p) + s),
    "P is used in place of its inverse": Law(lambda p, s, n: p - s),
    "x xᵀ is missing from the gradient": Law(lambda p, s, n: inverse(p)),
    "P⁻¹ is divided by the number of points": Law(lambda p, s, n: inverse(p) / n - s),
    "each step is divided by the number of points": Law(
        lambda p, s, n: (inverse(p) - s) / n, divided=True
    ),
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


@dataclass(frozen=True, slots=True)
class Ask:
    """What a mean course is asked for: starts (n, d, d), a sample, rates, a law's name."""

    starts: Array
    sample: Sample
    rates: tuple[float, ...]
    iterations: int
    wrong: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal asks."""
        data = self.sample.second.tobytes(), self.sample.count
        many = self.starts.tobytes(), self.starts.shape, self.rates
        return (*many, *data, self.iterations, self.wrong)


MOST_KNOWN = 5000
_known: dict[tuple[object, ...], Array] = {}
"""Courses that were computed; the same ask has the same course."""


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
    ask = Ask(starts, sample, rates, iterations, wrong)
    prepare([ask])
    return _known[ask.key]


def prepare(asks: Iterable[Ask]) -> None:
    """Compute many courses at once, which takes about as long as a few of them."""
    groups: dict[tuple[object, ...], dict[tuple[object, ...], Ask]] = {}
    for ask in asks:
        if ask.key not in _known:
            alike = ask.rates, ask.iterations, ask.wrong, ask.sample.count
            groups.setdefault((*alike, ask.starts.shape[1:]), {})[ask.key] = ask
    if groups and len(_known) > MOST_KNOWN:
        _known.clear()
    for group in groups.values():
        _compute(list(group.values()))


def _compute(asks: list[Ask]) -> None:
    """All of one law, with the same rates and numbers of points and iterations."""
    first = asks[0]
    law, coarse = WRONG.get(first.wrong, RIGHT), COARSE if first.wrong else 1
    lengths = [len(ask.starts) for ask in asks]
    starts = np.concatenate([ask.starts for ask in asks])
    at = starts[:, None].repeat(len(first.rates), axis=1)
    second = np.stack([ask.sample.second for ask in asks]).repeat(lengths, axis=0)[:, None]
    rate = np.array(first.rates)[None, :, None, None]
    with np.errstate(all="ignore"):
        for _ in range(round(first.iterations * law.share / coarse)):
            at = at + coarse * rate * law.rule(at, second, first.sample.count)
    for ask, part in zip(asks, np.split(at, np.cumsum(lengths)[:-1]), strict=True):
        _known[ask.key] = part
