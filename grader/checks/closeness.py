"""Compare numbers and arrays within a tolerance.

In:   two arrays of numbers and one tolerance.
Out:  a mask, or words about the difference.
Pure: no files, no kernels, no clock, no randomness.
"""

import numpy as np
import numpy.typing as npt

from grader.model.criteria import Tolerance
from grader.model.value import Array


def matches(got: Array, want: Array, tol: Tolerance) -> npt.NDArray[np.bool_]:
    """Tell, element by element, whether `got` matches `want`.

    Shapes: both have one shape, (...), and so has the result.
    Units:  got, want and tol.atol share one unit.
    Raises: ValueError if shapes differ or are empty; numpy would broadcast, and let
            (3,) equal (3, 1), a scalar equal any array, [] equal [1.0].
    Source: numpy.isclose with equal_nan=False; not symmetric, `want` is its `b`.
    """
    if got.shape != want.shape or want.size == 0:
        raise ValueError(f"cannot compare shapes {got.shape} and {want.shape}")
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(
            np.isclose(got, want, rtol=tol.rtol, atol=tol.atol, equal_nan=False)
        )


def margin(got: Array, want: Array, tol: Tolerance) -> float:
    """The largest error as a multiple of what is tolerated; 1 is the boundary.

    Infinite where something is not finite and does not match, or nothing is tolerated.
    """
    ok = matches(got, want, tol)
    got, want = (a.astype(complex if a.dtype.kind == "c" else float) for a in (got, want))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        allowed = tol.atol + tol.rtol * np.abs(want)
        off = np.where(got == want, 0.0, np.abs(got - want))
        ratio = np.where(off == 0, 0.0, off / allowed)
    ratio = np.where(np.isfinite(ratio), ratio, np.where(ok, 0.0, np.inf))
    return float(ratio.max())
