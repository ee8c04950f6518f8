"""Named, seeded arguments of probes: the same bytes for reference and submission."""

import hashlib

import numpy as np
from pydantic import Field, model_validator

from grader.model.strict import Strict
from grader.model.value import Array


class Input(Strict):
    """One named argument, drawn from a uniform or normal distribution, or listed."""

    shape: tuple[int, ...] = Field(default=(), description="Of the array.")
    uniform: tuple[float, float] | None = Field(default=None, description="[low, high).")
    normal: tuple[float, float] | None = Field(default=None, description="[mean, sd].")
    values: tuple[float, ...] | None = Field(default=None, description="As listed.")
    seed: int = Field(default=0, description="Changes the numbers, not their law.")

    @model_validator(mode="after")
    def _one_source(self) -> "Input":
        given = [self.uniform, self.normal, self.values]
        if sum(source is not None for source in given) != 1:
            raise ValueError("an input needs exactly one of uniform, normal, values")
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
