"""Values and gradients of one function, and how far rounding may move each of them."""

import torch
from torch.autograd import grad

from .encode import rough, tensor


def sensitivity(quantity, leaves):
    """|q| + sum over leaves of |dq/dx| |x|: the computation of q repeated on absolute values.

    For a sum it is the sum of absolute values, for a product |A| |B|. A sound algorithm errs by a
    few units of rounding times this, however much cancels in q itself.
    """
    flat = quantity.flatten()
    scale = flat.detach().abs().clone()
    if not flat.requires_grad:
        return scale
    for index, element in enumerate(flat):
        try:
            slopes = grad(element, leaves, retain_graph=True, allow_unused=True)
        except RuntimeError:
            # A few of PyTorch's gradients cannot be differentiated again.
            return scale
        for leaf, slope in zip(leaves, slopes):
            if slope is not None:
                moved = torch.nan_to_num((slope * leaf).abs(), 0, 0, 0)
                scale[index] += moved.sum().detach()
    return scale


def differentiate(function, inputs, cotangent_of, gradients=True):
    """Fields `output`, `cotangent` and `gradients` of a case, with their scales.

    `gradients` names the inputs to differentiate by position, or True for all that are floating;
    the gradients are those of sum(output * cotangent).
    """
    leaves = [each.clone().requires_grad_(each.is_floating_point()) for each in inputs]
    floating = [leaf for leaf in leaves if leaf.requires_grad]
    wanted = [
        index
        for index, leaf in enumerate(leaves)
        if leaf.requires_grad and (gradients is True or (gradients and index in gradients))
    ]
    output = function(*leaves)
    case = {"output": tensor(output)}
    if output.is_floating_point():
        case["outputScale"] = rough(sensitivity(output, floating))
    if not wanted or not output.requires_grad:
        return case

    cotangent = cotangent_of(tuple(output.shape)).requires_grad_()
    results = grad(
        (output * cotangent).sum(),
        [leaves[index] for index in wanted],
        create_graph=True,
        allow_unused=True,
    )
    case["cotangent"] = tensor(cotangent)
    case["gradients"] = []
    for index, result in zip(wanted, results):
        result = torch.zeros_like(leaves[index]) if result is None else result
        case["gradients"].append(
            {"input": index, **tensor(result), "scale": rough(sensitivity(result, [*floating, cotangent]))}
        )
    return case
