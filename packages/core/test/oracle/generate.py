"""Writes the PyTorch fixtures that Versant's tests compare with: values and gradients, as JSON.

    npm run oracle          (needs python3 with torch and numpy; the tests themselves do not)

Inputs are multiples of 1/256, so that float32 and float64 start from the same numbers, and results
are computed in float64. The script is deterministic: a second run writes the same bytes.
"""

import pathlib

import torch

from generator import layers, losses, operations, optimizers
from generator.encode import write

torch.set_num_threads(1)
fixtures = pathlib.Path(__file__).parent / "fixtures"
for module in (operations, layers, losses, optimizers):
    write(fixtures / f"{module.__name__.split('.')[-1]}.json", module.cases())
