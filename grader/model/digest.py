"""Name an array by its content.

In:   numpy arrays of plain dtypes.
Out:  the sha256 that an ArrayRef has.
Pure: nothing is kept but the names of dtypes.
"""

import functools
import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt


@functools.lru_cache(maxsize=256)
def dtype_name(dtype: np.dtype[Any]) -> str:
    """Return a dtype's name; numpy makes it up anew each time, as slowly as it hashes."""
    return dtype.name


def array_digest(array: npt.NDArray[Any]) -> str:
    """Name an array by its content: dtype, shape and C-ordered little-endian bytes."""
    plain = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    head = f"{dtype_name(array.dtype)}:{','.join(map(str, array.shape))}:".encode("ascii")
    found = hashlib.sha256(head)
    found.update(plain.data)
    return found.hexdigest()
