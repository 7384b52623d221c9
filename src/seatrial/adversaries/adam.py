"""Adam (Kingma and Ba, arXiv:1412.6980), one row of numbers per case, for attacks that minimise a sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

FAST, SLOW, TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True, slots=True)
class Adam:
    """What is remembered of the gradients so far."""

    mean: Any
    """Running mean `(m, numbers)`."""
    square: Any
    """Running mean of the squares."""
    step: int = 0

    @classmethod
    def of(cls, like: Any) -> Adam:
        """Return the state before the first step."""
        return cls(like * 0, like * 0)

    def fed(self, gradient: Any) -> Adam:
        """Return the state after one more gradient."""
        mean = self.mean * FAST + gradient * (1 - FAST)
        return Adam(mean, self.square * SLOW + gradient**2 * (1 - SLOW), self.step + 1)

    def pace(self) -> Any:
        """Return by what the mean is divided, `(m, numbers)`: a running size of the gradient."""
        xp = array_api_compat.array_namespace(self.square)
        return xp.sqrt(self.square / (1 - SLOW**self.step)) + TINY

    def ahead(self) -> Any:
        """Return the step of length one, downhill for the gradients that were fed."""
        return -(self.mean / (1 - FAST**self.step)) / self.pace()
