"""One case of a layer: its output, the gradient of everything, and ten training steps.

A family of layers is a file of `layers/` with a list CASES; see `layers/linear.py`. Parameters and
inputs are drawn as multiples of 1/256, in a stream of its own for each case, so that a new case
leaves the others as they are.

`rounding` is the largest difference that training in float32 makes in PyTorch itself, the measure
of what a float32 device may differ by.
"""

import copy
import zlib
from dataclasses import dataclass, field
from typing import Callable

import torch
from torch import nn
from torch.autograd import grad

from .differentiate import sensitivity
from .draw import Draw
from .encode import rough, tensor

STEPS = 10


@dataclass
class Case:
    """What a family declares."""

    # The key of the table in test/layers/<family>.test.ts.
    layer: str
    module: nn.Module
    # For each input the shape of a floating tensor to draw, a tensor, or a function of the Draw.
    inputs: list
    # Default: the shapes of the inputs.
    name: str = ""
    # (module, *inputs) -> the floating tensor that is compared. Default: module(*inputs).
    call: Callable = lambda module, *inputs: module(*inputs)
    # Names that differ from Versant's: PyTorch's name to Versant's, to None for what Versant does
    # not have, or to a function of the value that returns a dict of Versant's names and values. The
    # function only arranges (transposes, splits), as gradients and scales go through it too.
    names: dict = field(default_factory=dict)
    # (module, draw) -> None sets buffers, or parameters that are not to be drawn from [-1, 1].
    prepare: Callable = lambda module, draw: None
    # Evaluation mode; then there are no training steps.
    evaluation: bool = False
    # The least scale, for formulas that pass through values much larger than their result.
    floor: float = 0


def encode_cases(family, cases):
    keys = [(case.layer, name_of(case)) for case in cases]
    repeated = {key for key in keys if keys.count(key) > 1}
    assert not repeated, f"{family}: two cases are called {repeated}; give them a name"
    return [encode_case(family, case) for case in cases]


def name_of(case):
    return case.name or " ".join(str(each) for each in case.inputs if isinstance(each, tuple)) or "default"


def encode_case(family, case):
    draw = Draw(zlib.crc32(f"{family} {case.layer} {name_of(case)}".encode()))
    module = copy.deepcopy(case.module).double().train(not case.evaluation)
    for parameter in module.parameters():
        parameter.data = draw.between(-1, 1, *parameter.shape)
    inputs = [given(each, draw) for each in case.inputs]
    case.prepare(module, draw)

    encoded = {"layer": case.layer, "name": name_of(case)}
    if case.evaluation:
        encoded["evaluation"] = True
    encoded["states"] = states_of(case, module.state_dict())
    encoded["inputs"] = [tensor(each) for each in inputs]
    encoded.update(differentiated(case, copy.deepcopy(module), inputs, draw))
    if not case.evaluation and any_parameter(module):
        encoded["training"] = trained(case, module, inputs, draw)
    return encoded


def given(wanted, draw):
    if isinstance(wanted, tuple):
        return draw(*wanted)
    return wanted if torch.is_tensor(wanted) else wanted(draw)


def differentiated(case, module, inputs, draw):
    """Output, and the gradients of sum(output * cotangent), each with its scales."""
    inputs = [each.clone().requires_grad_(each.is_floating_point()) for each in inputs]
    floating = [each for each in inputs if each.requires_grad]
    names, parameters = zip(*module.named_parameters()) if any_parameter(module) else ((), ())
    leaves = [*floating, *parameters]
    output = case.call(module, *inputs)
    fields = {"output": scaled(output, scale_of(case, output, leaves))}
    if not output.requires_grad:
        return fields
    cotangent = draw.cotangent(tuple(output.shape)).requires_grad_()
    results = grad((output * cotangent).sum(), leaves, create_graph=True, allow_unused=True)
    results = [torch.zeros_like(leaf) if each is None else each for leaf, each in zip(leaves, results)]
    scales = [scale_of(case, each, [*leaves, cotangent]) for each in results]
    places = [f"input {index}" for index, each in enumerate(inputs) if each.requires_grad]

    def named(items):
        own = renamed(case, zip(names, items[len(places):]))
        return {**dict(zip(places, items)), **own}

    values, scales = named(results), named(scales)
    fields["cotangent"] = tensor(cotangent)
    fields["gradients"] = {name: scaled(values[name], scales[name]) for name in values}
    return fields


def scaled(value, scale):
    return {**tensor(value), "scale": rough(scale)}


def scale_of(case, value, leaves):
    """Intermediate results may be as large as the largest element, so no scale is below that."""
    flat = value.detach().abs().flatten()
    least = max(case.floor, flat.max().item() if len(flat) else 0)
    return sensitivity(value, leaves).clamp(min=least).reshape(value.shape)


def trained(case, module, inputs, draw):
    """Ten steps of gradient descent with momentum on mean((output - target)^2), in training mode."""
    with torch.no_grad():
        shape = tuple(case.call(copy.deepcopy(module), *inputs).shape)
    target = draw.between(-1, 1, *shape)
    losses, states = train(case, module, inputs, target, torch.float64)
    rounded_losses, rounded = train(case, module, inputs, target, torch.float32)
    differences = [(a - b).abs().max().item() for a, b in zip([losses, *states], [rounded_losses, *rounded])]
    return {
        "target": tensor(target),
        "losses": tensor(losses),
        "states": states_of(case, dict(zip(module.state_dict(), states))),
        "rounding": float(f"{max(differences):.1e}"),
    }


def train(case, module, inputs, target, dtype):
    module = copy.deepcopy(module).to(dtype)
    inputs = [each.to(dtype) if each.is_floating_point() else each for each in inputs]
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for _ in range(STEPS):
        loss = (case.call(module, *inputs) - target.to(dtype)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses), list(module.state_dict().values())


def states_of(case, states):
    return {name: tensor(value) for name, value in renamed(case, states.items()).items()}


def renamed(case, items):
    """Values by Versant's names, from values by PyTorch's."""
    prefixes = {
        f"{path}." if path else ""
        for path, each in case.module.named_modules()
        if isinstance(each, nn.Sequential)
    }
    values = {}
    for name, value in items:
        to = case.names.get(name, versant_path(name, prefixes))
        if callable(to):
            values.update(to(value))
        elif to is not None:
            values[to] = value
    return values


def versant_path(name, prefixes):
    """PyTorch's Sequential holds its layers under numbers, Versant's under "layers" and numbers."""
    for prefix in sorted(prefixes, key=len, reverse=True):
        if name.startswith(prefix):
            name = f"{prefix}layers.{name[len(prefix):]}"
    return name


def any_parameter(module):
    return any(True for _ in module.parameters())
