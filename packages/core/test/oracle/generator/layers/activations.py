import torch
from torch import nn

from ..layer import Case


def kinked(draw):
    """A number at the kink, one far on either side, and others."""
    x = draw(3, 4)
    x.view(-1)[:3] = torch.tensor([0.0, -20.0, 24.0])
    return x


def each(layer, module):
    """An activation that works element by element."""
    return [Case(layer, module, [kinked], "at the kink"), Case(layer, module, [(2, 4, 2)])]


class Threshold(nn.Module):
    def forward(self, x):
        return (x > 0).to(x.dtype) + 0 * x


CASES = [
    *each("identity", nn.Identity()),
    *each("threshold", Threshold()),
    *each("relu", nn.ReLU()),
    *each("leakyRelu", nn.LeakyReLU()),
    *each("leakyReluSlope", nn.LeakyReLU(0.2)),
    *each("prelu", nn.PReLU()),
    *each("preluPerChannel", nn.PReLU(4)),
    *each("elu", nn.ELU()),
    *each("eluAlpha", nn.ELU(0.25)),
    *each("gelu", nn.GELU()),
    *each("geluTanh", nn.GELU(approximate="tanh")),
    *each("silu", nn.SiLU()),
    *each("softplus", nn.Softplus()),
    *each("softplusOptions", nn.Softplus(beta=2, threshold=1.5)),
    *each("sigmoid", nn.Sigmoid()),
    *each("tanh", nn.Tanh()),
    *each("softmax", nn.Softmax(dim=-1)),
    *each("softmaxOfAxis", nn.Softmax(dim=1)),
    *each("logSoftmax", nn.LogSoftmax(dim=-1)),
    *each("logSoftmaxOfAxis", nn.LogSoftmax(dim=0)),
]
