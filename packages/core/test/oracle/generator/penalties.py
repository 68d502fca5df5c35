"""Linear models with penalties, fitted by scikit-learn to the last digits.

Its lasso and its elastic net are the minima of

    1 / (2 n) |y - X w - b|^2  +  alpha l1Ratio |w|_1  +  alpha (1 - l1Ratio) / 2 |w|_2^2

by coordinate descent, where weights outside of the model are exactly 0.
"""

import torch
from sklearn.linear_model import ElasticNet, Ridge

from .draw import Draw
from .encode import tensor

SAMPLES, FEATURES = 24, 8
draw = Draw(6)
CASES = [
    ("lasso", 0.125, 1),
    ("strong lasso", 0.5, 1),
    ("elastic net", 0.25, 0.5),
    ("ridge", 0.25, 0),
]


def model_of(alpha, l1_ratio):
    if l1_ratio == 0:
        # Ridge minimises |y - X w - b|^2 + alpha |w|^2.
        return Ridge(alpha=alpha * SAMPLES, solver="cholesky")
    return ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-14, max_iter=100_000)


def cases():
    inputs = draw.between(-2, 2, SAMPLES, FEATURES)
    # Three features matter, one a little, the others not at all.
    truth = torch.tensor([1.5, 0, -2, 0, 0, 0.75, 0, 0.125], dtype=torch.float64)
    noise = draw.between(-0.5, 0.5, SAMPLES)
    target = inputs @ truth + 0.5 + noise
    fits = []
    for name, alpha, l1_ratio in CASES:
        model = model_of(alpha, l1_ratio).fit(inputs.numpy(), target.numpy())
        fits.append(
            {
                "name": name,
                "alpha": alpha,
                "l1Ratio": l1_ratio,
                "weights": tensor(torch.tensor(model.coef_)),
                "bias": model.intercept_,
            }
        )
    return [{"inputs": tensor(inputs), "target": tensor(target), "fits": fits}]
