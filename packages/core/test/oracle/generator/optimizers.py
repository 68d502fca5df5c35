"""Twenty steps of each optimiser on given weights and batches: losses, and the final weights. LBFGS
takes five, of several evaluations each.

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


def build(optimizer, options, groups, model):
    """The optimiser; `groups` are the options that the parameters of each linear layer have of their own."""
    if optimizer is NADAM:
        # Without it, PyTorch 1.13 has mu_t^2 where mu_t belongs in the weight of the mean.
        options = {**options, "foreach": True}
    if not groups:
        return optimizer(model.parameters(), **options)
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    own = [{"params": layer.parameters(), **group} for layer, group in zip(layers, groups)]
    return optimizer(own, **options)


def limit(parameters, norm=None, type=2.0, value=None):
    if value:
        nn.utils.clip_grad_value_(parameters, value)
    if norm:
        nn.utils.clip_grad_norm_(parameters, norm, type)


def train(problem, optimizer, options, dtype, schedule={}, groups=(), clip={}):
    model, batches, loss = problem
    model = copy.deepcopy(model).to(dtype)
    # NAdam keeps a product in it.
    torch.set_default_dtype(dtype)
    optimizer = build(optimizer, options, groups, model)
    losses = []

    def evaluate(x, y):
        value = loss(model(pixels(x, dtype)), y.to(dtype) if y.is_floating_point() else y)
        optimizer.zero_grad()
        value.backward()
        limit(list(model.parameters()), **clip)
        return value

    for step, (x, y) in enumerate(batches):
        if str(step) in schedule:
            optimizer.param_groups[0]["lr"] = schedule[str(step)]
        if isinstance(optimizer, torch.optim.LBFGS):
            value = optimizer.step(lambda: evaluate(x, y))
        else:
            value = evaluate(x, y)
            optimizer.step()
        losses.append(value.detach())
    torch.set_default_dtype(torch.float32)
    return torch.stack(losses), [parameter.detach() for parameter in model.parameters()]


SGD, ADAM, ADAMW, LBFGS = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.LBFGS
ADAMAX, NADAM, ADAGRAD, RMSPROP = torch.optim.Adamax, torch.optim.NAdam, torch.optim.Adagrad, torch.optim.RMSprop
# Name, optimiser, its options, and what else there is: learning rates that change before the step
# given, options of each layer's parameters, limits of the gradients.
RECIPES = [
    ("plain", SGD, {"lr": 0.1}, {}),
    ("momentum", SGD, {"lr": 0.1, "momentum": 0.9}, {}),
    ("dampening", SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}, {}),
    ("nesterov", SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}, {}),
    ("weight decay", SGD, {"lr": 0.1, "weight_decay": 0.05}, {}),
    ("momentum and weight decay", SGD, {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.05}, {}),
    ("changed learning rate", SGD, {"lr": 0.1, "momentum": 0.9}, {"schedule": {"7": 0.02, "14": 0.2}}),
    ("clipped norm", SGD, {"lr": 0.1, "momentum": 0.9}, {"clip": {"norm": 0.2}}),
    ("clipped largest element", SGD, {"lr": 0.1}, {"clip": {"norm": 0.1, "type": "inf"}}),
    ("groups", SGD, {"lr": 0.1}, {"groups": [{"momentum": 0.9, "dampening": 0.2}, {"lr": 0.02, "weight_decay": 0.1}]}),
    ("plain", ADAM, {"lr": 0.01}, {}),
    ("other moments", ADAM, {"lr": 0.01, "betas": [0.8, 0.95], "eps": 1e-4}, {}),
    ("weight decay", ADAM, {"lr": 0.01, "weight_decay": 0.05}, {}),
    ("changed learning rate", ADAM, {"lr": 0.01}, {"schedule": {"7": 0.002, "14": 0.03}}),
    ("AMSGrad", ADAM, {"lr": 0.01, "betas": [0.9, 0.7], "amsgrad": True}, {}),
    ("clipped elements", ADAM, {"lr": 0.01}, {"clip": {"value": 0.05}}),
    ("groups", ADAM, {"lr": 0.01}, {"groups": [{"lr": 0.03, "betas": [0.7, 0.99]}, {"weight_decay": 0.1, "amsgrad": True}]}),
    ("plain", ADAMW, {"lr": 0.01}, {}),
    ("strong decay", ADAMW, {"lr": 0.01, "weight_decay": 0.2}, {}),
    ("AMSGrad", ADAMW, {"lr": 0.02, "betas": [0.9, 0.7], "amsgrad": True}, {}),
    ("groups", ADAMW, {"lr": 0.01, "weight_decay": 0.1}, {"groups": [{"weight_decay": 0}, {"lr": 0.03}]}),
    ("plain", ADAMAX, {"lr": 0.01}, {}),
    ("other moments", ADAMAX, {"lr": 0.02, "betas": [0.8, 0.9], "eps": 1e-3}, {}),
    ("weight decay", ADAMAX, {"lr": 0.01, "weight_decay": 0.05}, {}),
    ("plain", NADAM, {"lr": 0.01}, {}),
    ("other moments", NADAM, {"lr": 0.01, "betas": [0.8, 0.95], "momentum_decay": 0.1}, {}),
    ("weight decay", NADAM, {"lr": 0.01, "weight_decay": 0.05, "eps": 1e-4}, {}),
    ("groups", NADAM, {"lr": 0.01}, {"groups": [{"momentum_decay": 0.5}, {"lr": 0.02, "betas": [0.5, 0.9]}]}),
    ("plain", ADAGRAD, {"lr": 0.05}, {}),
    ("weight decay", ADAGRAD, {"lr": 0.1, "weight_decay": 0.05, "eps": 1e-3}, {}),
    ("groups", ADAGRAD, {"lr": 0.1}, {"groups": [{"lr": 0.02}, {"eps": 0.1}]}),
    ("plain", RMSPROP, {"lr": 0.01}, {}),
    ("other decay", RMSPROP, {"lr": 0.005, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.05}, {}),
    ("momentum", RMSPROP, {"lr": 0.005, "momentum": 0.8}, {}),
    ("centred", RMSPROP, {"lr": 0.005, "alpha": 0.9, "centered": True}, {}),
    ("centred, with momentum", RMSPROP, {"lr": 0.002, "centered": True, "momentum": 0.5, "eps": 0.01}, {}),
    ("groups", RMSPROP, {"lr": 0.005}, {"groups": [{"centered": True, "eps": 0.01}, {"momentum": 0.9, "alpha": 0.9}]}),
    ("clipped norm", RMSPROP, {"lr": 0.005}, {"clip": {"norm": 0.1}}),
]
# On one batch alone: their curvature would be that of no loss if the batches changed.
RECIPES_OF_ONE_BATCH = [
    ("plain", LBFGS, {"lr": 0.5, "max_iter": 4, "history_size": 10}, {}),
    ("short history", LBFGS, {"lr": 0.5, "max_iter": 5, "history_size": 2}, {}),
    ("tolerance of the gradient", LBFGS, {"lr": 1, "max_iter": 8, "history_size": 10, "tolerance_grad": 0.02}, {}),
    ("tolerance of changes", LBFGS, {"lr": 0.9, "max_iter": 8, "history_size": 5, "tolerance_change": 0.003}, {}),
]


def given_weights(model):
    for parameter in model.parameters():
        parameter.data = draw.between(-0.5, 0.5, *parameter.shape)
    return model.double()


def case(problem, name, optimizer, options, others):
    losses, weights = train(problem, optimizer, options, torch.float64, **others)
    rounded_losses, rounded = train(problem, optimizer, options, torch.float32, **others)
    differences = [(a - b).abs().max() for a, b in zip([losses, *weights], [rounded_losses, *rounded])]
    return {
        "optimizer": optimizer.__name__,
        "name": name,
        "options": options,
        **others,
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
    model, batches, loss = small
    single = model, batches[:1] * 5, loss
    return [
        problem_case("regression", small, [case(small, *recipe) for recipe in RECIPES]),
        problem_case("one batch", single, [case(single, *recipe) for recipe in RECIPES_OF_ONE_BATCH]),
        problem_case("digits", images, [case(images, "the book's", ADAM, {"lr": 1e-3}, {})]),
    ]
