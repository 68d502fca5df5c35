"""What each operation of a fixture means in PyTorch; the tests hold the same table for Versant."""

from functools import partial

import torch


def at(x, index):
    """Indices and [start, end, step] triples; PyTorch lacks negative steps, so they are flips."""
    for axis in reversed(range(len(index))):
        each = index[axis]
        if isinstance(each, int):
            x = x.select(axis, each)
        else:
            places = list(range(x.shape[axis]))[slice(*each)]
            x = x.index_select(axis, torch.tensor(places, dtype=torch.int64))
    return x


def unfold(x, axis, size, step, dilation):
    return x.unfold(axis, dilation * (size - 1) + 1, step)[..., ::dilation]


def fold(x, axis, length, step, dilation):
    """Each element of the windows is added where it came from."""
    windows = x.movedim(axis, 0)
    result = torch.zeros(length, *windows.shape[1:-1], dtype=x.dtype)
    for place in range(windows.shape[0]):
        for element in range(x.shape[-1]):
            at = torch.tensor([place * step + element * dilation])
            result = result.index_add(0, at, windows[place, ..., element].unsqueeze(0))
    return result.movedim(0, axis)


def reduce(function, x, axes=None, keepDims=False):
    axes = list(range(x.dim())) if axes is None else axes
    return function(x, axes, keepdim=keepDims)


def recurrence(x, w, u, h):
    """h[t] = tanh(x[t] w + h[t - 1] u), all of them."""
    states = []
    for slice_ in x:
        h = torch.tanh(slice_ @ w + h @ u)
        states.append(h)
    return torch.stack(states)


def gradient_norm(x, w):
    """|d sum(tanh(x w)^3) / dw|^2, whose own gradient needs second derivatives."""
    value = (torch.tanh(x @ w) ** 3).sum()
    (slope,) = torch.autograd.grad(value, w, create_graph=True)
    return (slope * slope).sum()


# By name; further arguments are the keywords of a case.
MEANING = {
    "neg": torch.neg,
    "abs": torch.abs,
    "sign": torch.sign,
    "exp": torch.exp,
    "log": torch.log,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "reciprocal": torch.reciprocal,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "erf": torch.erf,
    "floor": torch.floor,
    "relu": torch.relu,
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "power": torch.pow,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "remainder": torch.remainder,
    "addNumber": lambda x, value: x + value,
    "subtractNumber": lambda x, value: x - value,
    "multiplyNumber": lambda x, value: x * value,
    "divideNumber": lambda x, value: x / value,
    "powerNumber": lambda x, value: x**value,
    "maximumNumber": lambda x, value: torch.maximum(x, torch.tensor(value, dtype=x.dtype)),
    "equal": torch.eq,
    "notEqual": torch.ne,
    "less": torch.lt,
    "lessEqual": torch.le,
    "greater": torch.gt,
    "greaterEqual": torch.ge,
    "and": torch.logical_and,
    "or": torch.logical_or,
    "not": torch.logical_not,
    "where": torch.where,
    "clamp": lambda x, min=None, max=None: torch.clamp(x, min, max),
    "cast": lambda x, dtype: x.to(getattr(torch, dtype)),
    "castToFloat": lambda x: x.double(),
    "detach": lambda x: x.detach() * x,
    "reshape": lambda x, shape: x.reshape(shape),
    "flatten": lambda x, startAxis=0: x.flatten(startAxis),
    "permute": lambda x, order: x.permute(order),
    "transpose": lambda x, a=-2, b=-1: x.transpose(a, b),
    "expand": lambda x, shape: x.expand(shape),
    "squeeze": lambda x, axis=None: x.squeeze() if axis is None else x.squeeze(axis),
    "unsqueeze": lambda x, axis: x.unsqueeze(axis),
    "at": at,
    "unfold": unfold,
    "fold": fold,
    "pad": lambda x, before, after: torch.nn.functional.pad(
        x, [size for pair in reversed(list(zip(before, after))) for size in pair]
    ),
    "concatenate": lambda *parts, axis=0: torch.cat(parts, axis),
    "stack": lambda *parts, axis=0: torch.stack(parts, axis),
    "sum": lambda x, **options: reduce(torch.sum, x, **options),
    "mean": lambda x, **options: reduce(torch.mean, x, **options),
    "max": lambda x, **options: reduce(torch.amax, x, **options),
    "min": lambda x, **options: reduce(torch.amin, x, **options),
    "variance": lambda x, correction=0, **options: reduce(
        partial(torch.var, correction=correction), x, **options
    ),
    "argmax": lambda x, axis=-1: x.argmax(axis),
    "argmin": lambda x, axis=-1: x.argmin(axis),
    "logSumExp": lambda x, axis=-1, keepDims=False: x.logsumexp(axis, keepDims),
    "softmax": lambda x, axis=-1: x.softmax(axis),
    "logSoftmax": lambda x, axis=-1: x.log_softmax(axis),
    "matmul": torch.matmul,
    "take": lambda x, indices, axis=0: torch.index_select(x, axis, indices.flatten()).reshape(
        *x.shape[:axis], *indices.shape, *x.shape[axis:][1:]
    ),
    "takeAlong": lambda x, indices, axis=-1: torch.gather(x, axis, indices),
    "recurrence": recurrence,
    "reverseRecurrence": lambda x, w, u, h: recurrence(x.flip(0), w, u, h).flip(0),
    "gradientNorm": gradient_norm,
}
