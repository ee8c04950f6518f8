"""Evidence together with the arrays and pictures that lie beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.model.evidence import Evidence
from grader.model.value import Array, ArrayRef, Arrays


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """All that is known about one submission.

    Attributes:
        evidence: the observations.
        arrays: by sha256; may be read lazily from a folder.
        pictures: PNG bytes by sha256.
        documents: bytes of files for a person to open, by sha256.
        straight: the run without repairs, if this one was repaired.
    """

    evidence: Evidence
    arrays: Arrays = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    straight: "Recorded | None" = None

    def array(self, ref: ArrayRef | None) -> Array | None:
        """The array behind a reference; None if there is none or it was not kept."""
        return None if ref is None else self.arrays.get(ref.sha256)
