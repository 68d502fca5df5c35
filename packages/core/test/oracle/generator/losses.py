"""Losses with each reduction, with the gradient of the prediction."""

import torch
from torch.nn import functional as F

from .differentiate import differentiate
from .draw import Draw
from .encode import tensor

draw = Draw(3)
probability = lambda *shape: draw.between(0.0625, 0.9375, *shape)
labels = torch.tensor([3, 0, 1, 3, 2])


def problems():
    """Loss, what is special, prediction, target, least scale."""
    tied = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    even = torch.tensor([[1.0, 2.5], [2.0, 4.0]], dtype=torch.float64)
    logits = torch.tensor([-100.0, -20, 0, 20, 100, 100], dtype=torch.float64)
    answers = torch.tensor([0.0, 1, 0.5, 0, 1, 0], dtype=torch.float64)
    certain = torch.tensor([0.0, 1, 0, 1], dtype=torch.float64)
    truth = torch.tensor([0.0, 1, 1, 0], dtype=torch.float64)
    return [
        ("mse", "random", draw(4, 3), draw(4, 3), 0),
        ("mae", "random", draw(4, 3), draw(4, 3), 0),
        ("mae", "ties have no gradient", tied, even, 0),
        ("binaryCrossEntropy", "random", probability(4, 3), draw.integers(0, 2, 4, 3).double(), 0),
        ("binaryCrossEntropy", "soft targets", probability(4, 3), probability(4, 3), 0),
        ("binaryCrossEntropy", "certain", certain, truth, 0),
        ("binaryCrossEntropyWithLogits", "random", draw(4, 3), draw.integers(0, 2, 4, 3).double(), 1),
        ("binaryCrossEntropyWithLogits", "large", logits, answers, 1),
        ("crossEntropy", "random", draw(5, 4), labels, 1),
        ("crossEntropy", "large", draw.between(-900, 900, 5, 4), labels, 1),
    ]


FUNCTIONS = {
    "mse": F.mse_loss,
    "mae": F.l1_loss,
    "binaryCrossEntropy": F.binary_cross_entropy,
    "binaryCrossEntropyWithLogits": F.binary_cross_entropy_with_logits,
    "crossEntropy": F.cross_entropy,
}


def cases():
    collected = []
    for loss, name, prediction, target, floor in problems():
        for reduction in ("mean", "sum", "none"):
            results = differentiate(
                lambda p, t: FUNCTIONS[loss](p, t, reduction=reduction),
                [prediction, target],
                draw.cotangent,
                # At exactly 0 and 1 PyTorch bounds the value by rule, the slope by its implementation.
                gradients=name != "certain" and [0],
            )
            described = {"loss": loss, "name": name, "reduction": reduction}
            if floor:
                described["floor"] = floor
            collected.append({**described, "inputs": [tensor(prediction), tensor(target)], **results})
    return collected
