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
    encoded["states"] = states_of(case, module, tensor)
    encoded["inputs"] = [tensor(each) for each in inputs]
    encoded.update(differentiated(case, copy.deepcopy(module), inputs, draw))
    if not case.evaluation and any(True for _ in module.parameters()):
        encoded["training"] = trained(case, module, inputs, draw)
    return encoded


def given(wanted, draw):
    if isinstance(wanted, tuple):
        return draw(*wanted)
    return wanted if torch.is_tensor(wanted) else wanted(draw)


def differentiated(case, module, inputs, draw):
    inputs = [each.clone().requires_grad_(each.is_floating_point()) for each in inputs]
    parameters = dict(module.named_parameters())
    leaves = [*(each for each in inputs if each.requires_grad), *parameters.values()]
    output = case.call(module, *inputs)
    fields = {"output": scaled(output, leaves, case.floor)}
    if not output.requires_grad:
        return fields
    cotangent = draw.cotangent(tuple(output.shape)).requires_grad_()
    results = grad((output * cotangent).sum(), leaves, create_graph=True, allow_unused=True)
    gradients = [
        torch.zeros_like(leaf) if result is None else result for leaf, result in zip(leaves, results)
    ]
    measured = [scaled(each, [*leaves, cotangent], case.floor) for each in gradients]
    fields["cotangent"] = tensor(cotangent)
    of_inputs = iter(measured)
    fields["inputGradients"] = [next(of_inputs) if each.requires_grad else None for each in inputs]
    scales = dict(zip(parameters, (scale_of(each, [*leaves, cotangent], case.floor) for each in gradients[-len(parameters):])))
    return fields
