"""Named, seeded arguments of probes: the same bytes for reference and submission."""

import hashlib
import math
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from grader.model.strict import Strict
from grader.model.value import Array

Length = Annotated[int, Field(ge=1, le=10_000)]
MOST = 1_000_000


class Input(Strict):
    """One named argument, drawn from a uniform or normal distribution, or listed."""

    shape: tuple[Length, ...] = Field(default=(), max_length=4, description="Of the array.")
    uniform: tuple[float, float] | None = Field(default=None, description="[low, high).")
    normal: tuple[float, float] | None = Field(default=None, description="[mean, sd].")
    signs: bool = Field(default=False, description="Entries -1 and 1.")
    symmetric: bool = Field(
        default=False, description="The mean of a square and its transpose."
    )
    diagonal: float | None = Field(default=None, description="Put on the diagonal.")
    distribution: bool = Field(
        default=False, description="Made positive, and every row adds up to 1."
    )
    values: tuple[float, ...] | None = Field(default=None, description="As listed.")
    seed: int = Field(default=0, description="Changes the numbers, not their law.")

    @model_validator(mode="after")
    def _one_source(self) -> "Input":
        given = [self.uniform, self.normal, self.values, self.signs or None]
        if sum(source is not None for source in given) != 1:
            raise ValueError("an input needs exactly one of uniform, normal, signs, values")
        square = len(self.shape) == 2 and self.shape[0] == self.shape[1]
        if (self.symmetric or self.diagonal is not None) and not square:
            raise ValueError("symmetric and diagonal need a square shape")
        if self.uniform is not None and self.uniform[0] >= self.uniform[1]:
            raise ValueError("uniform is [low, high) with low below high")
        if self.normal is not None and self.normal[1] <= 0:
            raise ValueError("normal is [mean, sd] with sd above 0")
        if math.prod(self.shape) > MOST:
            raise ValueError(f"an input has at most {MOST} numbers")
        return self

    def draw(self, name: str, salt: str) -> Array:
        """Draw the array, float64.

        The seed mixes `name`, `salt` (the batch's secret) and the input's own seed, so
        that a class gets the same bytes and a resubmission under a new salt others.
        """
        if self.values is not None:
            return np.array(self.values, dtype=np.float64)
        digest = hashlib.sha256(f"{salt}\0{name}\0{self.seed}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest[:16], "little"))
        return self._shaped(self._plain(rng))

    def _plain(self, rng: np.random.Generator) -> Array:
        if self.signs:
            return rng.choice([-1.0, 1.0], size=self.shape)
        if self.uniform is not None:
            return rng.uniform(*self.uniform, size=self.shape)
        mean, sd = self.normal or (0.0, 1.0)
        return rng.normal(mean, sd, size=self.shape)

    def _shaped(self, array: Array) -> Array:
        """Give the array the properties that the input asks for."""
        if self.symmetric:
            array = (array + array.T) / 2
        if self.diagonal is not None:
            np.fill_diagonal(array, self.diagonal)
        if self.distribution:
            array = np.abs(array) + 0.05
            array = array / array.sum(axis=-1, keepdims=True)
        return array
