"""Learning rates as PyTorch's schedulers set them: before the first step, and after each further one."""

import math
import warnings

import torch
from torch.optim import lr_scheduler as torch_schedules

from .draw import Draw

COUNTS = 40
RATE = 0.1


def sequence(optimizer, parts, milestones):
    made = [getattr(torch_schedules, name)(optimizer, **options) for name, options in parts]
    return torch_schedules.SequentialLR(optimizer, made, milestones)


# PyTorch's name, its options, and how many counts it is defined for.
RECIPES = [
    ("ConstantLR", {"factor": 0.5, "total_iters": COUNTS + 1}, COUNTS),
    ("StepLR", {"step_size": 7}, COUNTS),
    ("StepLR", {"step_size": 3, "gamma": 0.8}, COUNTS),
    ("MultiStepLR", {"milestones": [1, 5, 20], "gamma": 0.5}, COUNTS),
    ("MultiStepLR", {"milestones": [10, 11]}, COUNTS),
    ("ExponentialLR", {"gamma": 0.9}, COUNTS),
    ("LinearLR", {"start_factor": 0.25, "end_factor": 1, "total_iters": 8}, COUNTS),
    ("LinearLR", {"start_factor": 1, "end_factor": 0, "total_iters": 30}, COUNTS),
    ("CosineAnnealingLR", {"T_max": 25}, 26),
    ("CosineAnnealingLR", {"T_max": 12, "eta_min": 0.02}, 13),
    ("CosineAnnealingWarmRestarts", {"T_0": 9}, COUNTS),
    ("CosineAnnealingWarmRestarts", {"T_0": 4, "T_mult": 2, "eta_min": 0.01}, COUNTS),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 3}, COUNTS),
    ("OneCycleLR", {"max_lr": RATE, "total_steps": COUNTS}, COUNTS),
    ("OneCycleLR", {"max_lr": RATE, "total_steps": 20, "pct_start": 0.25, "div_factor": 10, "final_div_factor": 100}, 20),
    ("OneCycleLR", {"max_lr": RATE, "total_steps": 33, "anneal_strategy": "linear", "pct_start": 0.5}, 33),
    ("SequentialLR", {"parts": [["LinearLR", {"start_factor": 0.2, "end_factor": 1, "total_iters": 4}], ["CosineAnnealingLR", {"T_max": 20}]], "milestones": [4]}, 25),
    ("SequentialLR", {"parts": [["StepLR", {"step_size": 2, "gamma": 0.5}], ["ExponentialLR", {"gamma": 0.9}], ["StepLR", {"step_size": 4, "gamma": 0.7}]], "milestones": [5, 12]}, COUNTS),
]

PLATEAUS = [
    {"mode": "min", "patience": 2},
    {"mode": "min", "factor": 0.5, "patience": 1, "threshold": 0.05, "threshold_mode": "rel"},
    {"mode": "min", "factor": 0.5, "patience": 1, "threshold": 0.05, "threshold_mode": "abs"},
    {"mode": "min", "factor": 0.7, "patience": 0, "cooldown": 3},
    {"mode": "max", "factor": 0.5, "patience": 3, "threshold": 0.01},
    {"mode": "max", "factor": 0.3, "patience": 1, "cooldown": 1, "min_lr": 0.004},
]


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)


def rates(name, options, counts):
    trained = optimizer()
    make = sequence if name == "SequentialLR" else getattr(torch_schedules, name)
    schedule = make(trained, **options)
    found = []
    for _ in range(counts):
        found.append(trained.param_groups[0]["lr"])
        trained.step()
        if len(found) < counts:
            schedule.step()
    return found


def plateau(options, scores):
    trained = optimizer()
    schedule = torch_schedules.ReduceLROnPlateau(trained, **options)
    found = []
    for score in scores:
        schedule.step(score)
        found.append(trained.param_groups[0]["lr"])
    return found


def cases():
    # Schedulers of a sequence warn about the order of calls.
    warnings.simplefilter("ignore")
    scheduled = [
        {"name": name, "options": options, "rates": rates(name, options, counts)}
        for name, options, counts in RECIPES
    ]
    # A loss that falls and wavers; small changes and repetitions occur.
    noise = Draw(7).between(-0.1, 0.1, COUNTS).tolist()
    scores = [round(0.2 + math.exp(-count / 8) + wave, 3) for count, wave in enumerate(noise)]
    observed = [
        {"name": "ReduceLROnPlateau", "options": options, "scores": scores, "rates": plateau(options, scores)}
        for options in PLATEAUS
    ]
    return scheduled + observed
