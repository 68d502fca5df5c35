from torch import nn

from ..layer import Case


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return (x if self.shortcut is None else self.shortcut(x)) + self.body(x)


CASES = [
    Case("linear", nn.Linear(4, 3), [(5, 4)]),
    Case("linear", nn.Linear(4, 3), [(2, 3, 4)]),
    Case("linear", nn.Linear(4, 3), [(4,)]),
    Case("linearWithoutBias", nn.Linear(4, 3, bias=False), [(5, 4)]),
    Case("flatten", nn.Flatten(), [(2, 3, 2)]),
    Case("flattenAll", nn.Flatten(0), [(2, 3, 2)]),
    Case(
        "mlp",
        nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 2)),
        [(5, 3)],
    ),
    Case(
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
        [(3, 2, 3)],
    ),
    Case("residual", Residual(nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 4))), [(3, 4)]),
    Case("residualShortcut", Residual(nn.Sequential(nn.Linear(4, 3), nn.Tanh()), nn.Linear(4, 3)), [(3, 4)]),
]
