"""Twenty steps of each optimiser on given weights and batches: losses, and the final weights.

`rounding` is the largest difference that computing the same in float32 makes in PyTorch itself, the
measure of what a float32 device may differ by.
"""

import copy

import torch
from torch import nn

from .draw import Draw
from .encode import tensor

STEPS = 20
draw = Draw(4)


def regression():
    """4-6-3 with tanh and mean squared error, batches of 8."""
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    batches = [(draw.between(-2, 2, 8, 4), draw.between(-1, 1, 8, 3)) for _ in range(STEPS)]
    return model, batches, nn.MSELoss()


def digits():
    """The digit reader made small: 20-10-10-5 with ReLU and cross-entropy on uint8 pixels."""
    model = nn.Sequential(nn.Linear(20, 10), nn.ReLU(), nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 5))
    batches = [(draw.integers(0, 256, 16, 20).to(torch.uint8), draw.integers(0, 5, 16)) for _ in range(STEPS)]
    return model, batches, nn.CrossEntropyLoss()


def pixels(x, dtype):
    return (x.to(dtype) / 255 - 0.5) / 0.5 if x.dtype == torch.uint8 else x.to(dtype)


def train(model, batches, loss, optimizer, options, schedule, dtype):
    model = copy.deepcopy(model).to(dtype)
    optimizer = optimizer(model.parameters(), **options)
    losses = []
    for step, (x, y) in enumerate(batches):
        if str(step) in schedule:
            optimizer.param_groups[0]["lr"] = schedule[str(step)]
        value = loss(model(pixels(x, dtype)), y.to(dtype) if y.is_floating_point() else y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.detach())
    return torch.stack(losses), [parameter.detach() for parameter in model.parameters()]


SGD, ADAM, ADAMW = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
# Name, optimiser, its options, and learning rates that change before the step given.
RECIPES = [
    ("plain", SGD, {"lr": 0.1}, {}),
    ("momentum", SGD, {"lr": 0.1, "momentum": 0.9}, {}),
    ("dampening", SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}, {}),
    ("nesterov", SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}, {}),
    ("weight decay", SGD, {"lr": 0.1, "weight_decay": 0.05}, {}),
    ("momentum and weight decay", SGD, {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.05}, {}),
    ("changed learning rate", SGD, {"lr": 0.1, "momentum": 0.9}, {"7": 0.02, "14": 0.2}),
    ("plain", ADAM, {"lr": 0.01}, {}),
    ("other moments", ADAM, {"lr": 0.01, "betas": [0.8, 0.95], "eps": 1e-4}, {}),
    ("weight decay", ADAM, {"lr": 0.01, "weight_decay": 0.05}, {}),
    ("changed learning rate", ADAM, {"lr": 0.01}, {"7": 0.002, "14": 0.03}),
    ("plain", ADAMW, {"lr": 0.01}, {}),
    ("strong decay", ADAMW, {"lr": 0.01, "weight_decay": 0.2}, {}),
]


def given_weights(model):
    for parameter in model.parameters():
        parameter.data = draw.between(-0.5, 0.5, *parameter.shape)
    return model.double()


def case(problem, name, recipe):
    (model, batches, loss), (optimizer, options, schedule) = problem, recipe
    losses, weights = train(model, batches, loss, optimizer, options, schedule, torch.float64)
    rounded_losses, rounded = train(model, batches, loss, optimizer, options, schedule, torch.float32)
    differences = [(a - b).abs().max() for a, b in zip([losses, *weights], [rounded_losses, *rounded])]
    return {
        "optimizer": optimizer.__name__,
        "name": name,
        "options": options,
        "schedule": schedule,
        "losses": tensor(losses),
        "weights": [tensor(each) for each in weights],
        "rounding": float(f"{max(differences):.1e}"),
    }


def problem_case(name, problem, runs):
    model, batches, _ = problem
    return {
        "problem": name,
        "initial": [tensor(each) for each in model.parameters()],
        "batches": [[tensor(x), tensor(y)] for x, y in batches],
        "runs": runs,
    }


def cases():
    small = regression()
    given_weights(small[0])
    images = digits()
    given_weights(images[0])
    return [
        problem_case("regression", small, [case(small, name, recipe) for name, *recipe in RECIPES]),
        problem_case("digits", images, [case(images, "the book's", (ADAM, {"lr": 1e-3}, {}))]),
    ]
