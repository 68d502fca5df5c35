"""Layers and small networks with given parameters: output, and the gradient of everything."""

import torch
from torch import nn

from .differentiate import differentiate
from .draw import Draw
from .encode import tensor

draw = Draw(2)

# A formula that passes through numbers near 1 before it gets small: 1 + erf(x), 1 - sigmoid(x).
SATURATING = {"gelu", "geluTanh", "sigmoid", "tanh", "mixed"}


def models():
    """Name, module, shape of the input."""
    return [
        ("linear", nn.Linear(4, 3), (5, 4)),
        ("linearWithoutBias", nn.Linear(4, 3, bias=False), (5, 4)),
        ("linear", nn.Linear(4, 3), (2, 3, 4)),
        ("relu", nn.ReLU(), (3, 4)),
        ("leakyRelu", nn.LeakyReLU(), (3, 4)),
        ("leakyReluSlope", nn.LeakyReLU(0.2), (3, 4)),
        ("prelu", nn.PReLU(), (3, 4)),
        ("preluPerChannel", nn.PReLU(4), (3, 4)),
        ("gelu", nn.GELU(), (3, 4)),
        ("geluTanh", nn.GELU(approximate="tanh"), (3, 4)),
        ("sigmoid", nn.Sigmoid(), (3, 4)),
        ("tanh", nn.Tanh(), (3, 4)),
        ("softmax", nn.Softmax(dim=-1), (3, 4)),
        ("flatten", nn.Flatten(), (2, 3, 2)),
        (
            "mlp",
            nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 2)),
            (5, 3),
        ),
        (
            "mixed",
            nn.Sequential(
                nn.Flatten(),
                nn.Linear(6, 5),
                nn.GELU(),
                nn.Linear(5, 4),
                nn.Tanh(),
                nn.Linear(4, 3),
                nn.Softmax(dim=-1),
            ),
            (3, 2, 3),
        ),
    ]


def case(name, module, shape):
    module.double()
    names = [each for each, _ in module.named_parameters()]
    parameters = [draw.between(-1, 1, *parameter.shape) for parameter in module.parameters()]
    x = draw(*shape)
    x.view(-1)[:2] = torch.tensor([0.0, -4.0])  # the kink, and far on the flat side
    results = differentiate(
        lambda x, *values: torch.nn.utils.stateless.functional_call(module, dict(zip(names, values)), (x,)),
        [x, *parameters],
        draw.cotangent,
    )
    described = {"layer": name, "name": str(shape), "parameters": names}
    if name in SATURATING:
        described["floor"] = 1
    return {**described, "inputs": [tensor(each) for each in [x, *parameters]], **results}


def cases():
    return [case(*model) for model in models()]
