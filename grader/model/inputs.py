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
    values: tuple[float, ...] | None = Field(default=None, description="As listed.")
    seed: int = Field(default=0, description="Changes the numbers, not their law.")

    @model_validator(mode="after")
    def _one_source(self) -> "Input":
        given = [self.uniform, self.normal, self.values]
        if sum(source is not None for source in given) != 1:
            raise ValueError("an input needs exactly one of uniform, normal, values")
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
        if self.uniform is not None:
            return rng.uniform(*self.uniform, size=self.shape)
        mean, sd = self.normal or (0.0, 1.0)
        return rng.normal(mean, sd, size=self.shape)
