"""Writes the PyTorch fixtures that Versant's tests compare with: values and gradients, as JSON.

    npm run oracle                       all of them
    npm run oracle -- layers/linear      those named, such as losses or layers/linear

Needs python3 with torch, numpy and (for penalties and metrics) scikit-learn; the tests themselves need none.
Inputs are multiples of 1/256, so that float32 and float64 start from the same numbers, and results
are computed in float64. The script is deterministic: a second run writes the same bytes.
"""

import importlib
import pathlib
import sys

import torch

from generator.encode import write
from generator.layer import encode_cases

torch.set_num_threads(1)
here = pathlib.Path(__file__).parent
families = [path.stem for path in (here / "generator/layers").glob("*.py") if path.stem != "__init__"]
everything = ["operations", "losses", "optimizers", "penalties", "metrics", "schedules", *(f"layers/{family}" for family in sorted(families))]

for name in sys.argv[1:] or everything:
    module = importlib.import_module(f"generator.{name.replace('/', '.')}")
    cases = encode_cases(name, module.CASES) if name.startswith("layers/") else module.cases()
    write(here / "fixtures" / f"{name}.json", cases)
