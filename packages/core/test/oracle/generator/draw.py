"""Numbers for fixtures: a stream of its own for each file, multiples of 1/256."""

import numpy as np
import torch


class Draw:
    def __init__(self, seed):
        self.stream = np.random.RandomState(seed)

    def between(self, low, high, *shape):
        """Distinct multiples of 1/256 in [low, high], so that no tie appears by accident."""
        grid = np.arange(int(low * 256), int(high * 256) + 1)
        count = int(np.prod(shape))
        picked = self.stream.choice(grid, count, replace=count > len(grid))
        return torch.tensor(picked.reshape(shape) / 256, dtype=torch.float64)

    def __call__(self, *shape):
        return self.between(-3, 3, *shape)

    def positive(self, *shape):
        return self.between(0.25, 4, *shape)

    def cotangent(self, shape):
        return self.between(-2, 2, *shape)

    def integers(self, low, high, *shape):
        """From low to high - 1, int64."""
        return torch.tensor(self.stream.randint(low, high, shape))

    def bools(self, *shape):
        return torch.tensor(self.stream.rand(*shape) < 0.5)
