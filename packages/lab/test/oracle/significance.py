"""p-values of random counts and numbers, by SciPy, and Holm's by their definition.

    npm run oracle:significance

Needs python3 with numpy and scipy. Writes fixtures/significance.json.
"""

import json
import pathlib

import numpy as np
from scipy import stats

stream = np.random.RandomState(7)


def mcnemar(index):
    b, c = (int(each) for each in stream.randint(0, [3, 20, 400][index % 3], 2))
    p = stats.binomtest(b, b + c, 0.5).pvalue if b + c > 0 else 1.0
    return {"b": b, "c": c, "p": p}


def fisher(index):
    samples = [10, 200, 5000][index % 3]
    drawn = int(stream.randint(1, samples + 1))
    right = int(stream.randint(0, samples + 1))
    found = int(stream.hypergeometric(right, samples - right, drawn)) if index % 2 else max(0, drawn + right - samples)
    p = stats.hypergeom.cdf(found, samples, right, drawn)
    return {"right": found, "drawn": drawn, "allRight": right, "samples": samples, "p": p}


def rank_sum(index):
    count = [6, 30, 100][index % 3]
    values = stream.randint(0, [4, 1000][index % 2], count) / 4
    inside = stream.rand(count) < 0.4
    inside[:2] = [True, False]
    values[inside] += [0, 0.5, 2][index // 3 % 3]
    test = stats.mannwhitneyu(values[inside], values[~inside], alternative="greater", method="asymptotic")
    return {"values": values.tolist(), "inside": inside.tolist(), "p": float(test.pvalue)}


cases = {
    "mcNemar": [mcnemar(index) for index in range(15)],
    "fisher": [fisher(index) for index in range(18)],
    "rankSum": [rank_sum(index) for index in range(18)],
}
path = pathlib.Path(__file__).parent / "fixtures/significance.json"
path.write_text(json.dumps(cases) + "\n")
