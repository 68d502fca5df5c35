"""The four problems of the searches, as problems.mjs has them: spaces for Optuna, and values to be minimised."""

import bisect
import json
import math
import pathlib

table = json.loads((pathlib.Path(__file__).parent / "fixtures/calculator.json").read_text())


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


WEIGHTS = [1.0, 1.2, 3.0, 3.2]
WIDTHS = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
CENTRES = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann6(trial):
    point = [trial.suggest_float(f"x{index}", 0, 1) for index in range(6)]
    return -sum(
        weight * math.exp(-sum(w * (x - c) ** 2 for w, x, c in zip(widths, point, centre)))
        for weight, widths, centre in zip(WEIGHTS, WIDTHS, CENTRES)
    )


VARIANTS = {"plain": (0, 1, 0), "shifted": (0.5, 2, 1), "steep": (-0.5, 5, 3)}


def rosenbrock(trial):
    variant = trial.suggest_categorical("variant", list(VARIANTS))
    mirrored = trial.suggest_categorical("mirrored", [False, True])
    shift, factor, offset = VARIANTS[variant]
    x, y, z = (trial.suggest_float(name, -2, 2) - shift for name in "xyz")
    if mirrored:
        x = -x
    valley = 100 * (y - x**2) ** 2 + (1 - x) ** 2 + 100 * (z - y**2) ** 2 + (1 - y) ** 2
    return factor * valley + offset + (0.5 if mirrored else 0)


def place(axis, value):
    """Where a value stands between the entries of a sorted axis."""
    index = min(max(bisect.bisect_right(axis, value) - 1, 0), len(axis) - 2)
    return index, (value - axis[index]) / (axis[index + 1] - axis[index])


def calculator(trial):
    optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam"])
    layers = trial.suggest_int("hiddenLayers", 1, 3)
    width = trial.suggest_int("width", 4, 32, log=True)
    rate = trial.suggest_float("learningRate", 1e-4, 1, log=True)
    axes = table["axes"]
    row, wide = place([math.log2(each) for each in axes["width"]], math.log2(width))
    column, fast = place([math.log10(each) for each in axes["learningRate"]], math.log10(rate))
    block = axes["optimizer"].index(optimizer) * len(axes["hiddenLayers"]) + axes["hiddenLayers"].index(layers)

    def at(r, c):
        return table["logarithms"][(block * len(axes["width"]) + r) * len(axes["learningRate"]) + c]

    upper = at(row, column) * (1 - fast) + at(row, column + 1) * fast
    lower = at(row + 1, column) * (1 - fast) + at(row + 1, column + 1) * fast
    return 10 ** (upper * (1 - wide) + lower * wide)


PROBLEMS = {"branin": branin, "hartmann6": hartmann6, "rosenbrock": rosenbrock, "calculator": calculator}
