"""Every tensor method: values, gradients, and what happens at ties, zeros, infinities and NaN."""

import math

import torch

from .differentiate import differentiate
from .draw import Draw
from .encode import tensor
from .meaning import MEANING

INF, NAN = math.inf, math.nan
draw = Draw(1)
collected = []


def add(operation, inputs, name="", gradients=True, floor=0, **arguments):
    """One case. `floor` is the least scale, for formulas that pass through values of that size."""
    inputs = [each if torch.is_tensor(each) else torch.tensor(each, dtype=torch.float64) for each in inputs]
    case = {"operation": operation, "name": name or " ".join(str(tuple(each.shape)) for each in inputs)}
    if floor:
        case["floor"] = floor
    case["inputs"] = [tensor(each) for each in inputs]
    case["arguments"] = arguments
    function = MEANING[operation]
    run = (lambda *tensors: function(*tensors, **arguments)) if arguments else function
    collected.append({**case, **differentiate(run, inputs, draw.cotangent, gradients)})


def unary():
    domains = {"log": draw.positive, "sqrt": draw.positive, "reciprocal": draw.positive}
    domains["log1p"] = lambda *shape: draw.between(-0.75, 3, *shape)
    # 1 - tanh(x)^2 and 1 - sigmoid(x) cancel against 1 where the function saturates.
    saturating = ("tanh", "sigmoid", "erf")
    names = "neg abs sign exp log log1p sqrt square reciprocal sin cos tanh sigmoid erf floor relu"
    for name in names.split():
        floor = 1 if name in saturating else 0
        add(name, [domains.get(name, draw)(3, 5)], floor=floor)
        add(name, [domains.get(name, draw)()], "scalar", floor=floor)
    small = [2**-20, -(2**-20), 2**-10, -(2**-10)]
    for name in "exp log1p tanh sigmoid erf sin".split():
        add(name, [small], "near zero", floor=1 if name == "sigmoid" else 0)
    add("exp", [[-80, -20, 20, 80]], "far from zero")
    add("log", [[2**-60, 2**-20, 1 - 2**-20, 1 + 2**-20, 2**60]], "wide range")
    for name in saturating:
        add(name, [[-30, -12, -6, -4, 4, 6, 12, 30]], "saturated", floor=1)
    for name in ("sin", "cos"):
        add(name, [[-300, -20.5, 20.5, 300]], "many turns")

    # Conventions where a derivative does not exist.
    for name in "abs sign relu sqrt floor reciprocal log".split():
        add(name, [[0.0]], "at zero")
    add("floor", [[-2, -1.5, -1, 1, 1.5, 2]], "at integers")
    add("log", [[-1.0]], "outside the domain")
    add("sqrt", [[-1.0]], "outside the domain")
    for name in "neg abs sign exp tanh sigmoid erf floor relu square reciprocal".split():
        add(name, [[INF, -INF]], "infinite", gradients=name not in ("floor", "square", "erf"))
    add("log", [[INF, 0.0]], "infinite")
    for name in ("sin", "cos"):
        add(name, [[INF, -INF]], "infinite", gradients=False)
    add("sqrt", [[INF]], "infinite")
    for name in names.split():
        if name != "sign":
            add(name, [[NAN]], "not a number", gradients=False)


def binary():
    shapes = [
        ((3, 4), (3, 4)),
        ((2, 1, 3), (4, 1)),
        ((), (2, 3)),
        ((2, 3), ()),
        ((1,), (3,)),
        ((0, 3), (1, 3)),
    ]
    for name in "add subtract multiply divide maximum minimum remainder power".split():
        for a, b in shapes:
            left = draw.positive(*a) if name == "power" else draw(*a)
            right = draw.positive(*b) if name in ("divide", "remainder") else draw(*b)
            add(name, [left, right])
    for name in ("maximum", "minimum"):
        add(name, [[1, 2, 3, 0.0], [1, 3, 2, 0.0]], "ties share the gradient")
        add(name, [[NAN, 1, INF, -INF], [1, NAN, 1, 1]], "not a number", gradients=False)
    add("divide", [[1, -1, 0.0], [0, 0, 0.0]], "by zero", gradients=False)
    add("divide", [[1, -2, 3.5], [-4, 0.5, -2]], "signs")
    add("remainder", [[5, -5, 5, -5, 5.5, -5.5], [3, 3, -3, -3, 2, 2]], "sign of the divisor")
    add("power", [[0, 0, 0, 2.0], [0, 1, 2, 0.0]], "zero to the", gradients=[0])
    add("power", [[0, 0.0], [2, 1.5]], "zero to a positive exponent")
    add("power", [[-2, -2, -3, -0.5], [2, 3, -1, 0.0]], "negative base", gradients=[0])
    add("power", [[-2, NAN, 1, NAN], [0.5, 0, NAN, 1]], "not a number", gradients=False)
    for value in (2, 3, 0.5, -1, 1, 0):
        add("powerNumber", [draw.positive(2, 3)], f"to the {value}", value=value)
    for value in (0, 1, 2, 3):
        add("powerNumber", [[0, -1.5]], f"zero and negative to the {value}", value=value)
    for name in ("addNumber", "subtractNumber", "multiplyNumber", "divideNumber", "maximumNumber"):
        add(name, [draw(2, 3)], "by 1.5", value=1.5)

    for name in "equal notEqual less lessEqual greater greaterEqual".split():
        add(name, [[1, 2, 3, NAN, INF, 0.0], [1, 3, 2, NAN, INF, -0.0]], "ties and not a number")
        add(name, [draw.integers(0, 3, 2, 3), draw.integers(0, 3, 3)], "integers")
    for name in ("and", "or"):
        add(name, [draw.bools(2, 4), draw.bools(4)])
    add("not", [draw.bools(2, 4)])
    for a, b, condition in [((3, 4), (3, 4), (3, 4)), ((3, 1), (4,), (3, 4)), ((), (), (5,))]:
        add("where", [draw.bools(*condition), draw(*a), draw(*b)])


def pointwise():
    add("clamp", [[-2, -1, 0, 1, 2.0]], "both, at the bounds", min=-1, max=1)
    add("clamp", [draw(3, 4)], "least", min=0.5)
    add("clamp", [draw(3, 4)], "most", max=0.5)
    add("clamp", [[NAN, INF, -INF]], "not a number", gradients=False, min=-1, max=1)
    add("cast", [[-2.75, -0.5, 0, 0.5, 2.75]], "towards zero", dtype="int32")
    add("cast", [[0, 1, 254.75]], "uint8", dtype="uint8")
    add("cast", [[0, -0.0, 0.25, -3, NAN]], "anything but zero", dtype="bool")
    add("castToFloat", [draw.integers(-100, 100, 2, 3)], "integers")
    add("castToFloat", [draw.bools(2, 3)], "bools")
    add("detach", [draw(2, 3)], "stops one of two paths")


def arrangement():
    add("reshape", [draw(2, 6)], "inferred size", shape=[3, -1])
    add("reshape", [draw(4)], "to a matrix", shape=[2, 2])
    add("flatten", [draw(2, 3, 2)])
    add("flatten", [draw(2, 3, 2)], "keeping the batch", startAxis=1)
    add("permute", [draw(2, 3, 4)], "three axes", order=[2, 0, 1])
    add("transpose", [draw(2, 3, 4)])
    add("transpose", [draw(2, 3, 4)], "first and last", a=0, b=2)
    add("expand", [draw(3, 1)], "repeats", shape=[2, 3, 4])
    add("squeeze", [draw(1, 3, 1)])
    add("squeeze", [draw(1, 3, 1)], "one axis", axis=0)
    add("unsqueeze", [draw(2, 3)], "last", axis=-1)
    add("unsqueeze", [draw(2, 3)], "middle", axis=1)
    for index in ([1], [-1], [[1, 3, 1]], [0, 2], [[None, None, 2], [None, None, -1]], [[4, 0, -2], -2]):
        add("at", [draw(5, 4)], str(index), index=index)
    add("unfold", [draw(6)], "neighbours", axis=0, size=3, step=1, dilation=1)
    add("unfold", [draw(2, 7, 3)], "strides and gaps", axis=1, size=2, step=2, dilation=3)
    add("unfold", [draw(2, 6)], "disjoint", axis=-1, size=3, step=3, dilation=1)
    add("fold", [draw(4, 3)], "neighbours", axis=0, length=6, step=1, dilation=1)
    add("fold", [draw(2, 3, 2, 2)], "strides and gaps", axis=1, length=9, step=2, dilation=3)
    add("fold", [draw(2, 2, 3)], "disjoint", axis=1, length=6, step=3, dilation=1)
    add("fold", [draw(2, 2, 3)], "with places that nothing reaches", axis=1, length=9, step=4, dilation=1)
    add("pad", [draw(2, 3)], "both axes", before=[1, 0], after=[0, 2])
    add("concatenate", [draw(2, 3), draw(1, 3), draw(3, 3)])
    add("concatenate", [draw(2, 1), draw(2, 3)], "last axis", axis=-1)
    add("stack", [draw(2, 3), draw(2, 3)])
    add("stack", [draw(2, 3), draw(2, 3)], "last axis", axis=-1)


def reductions():
    choices = [
        {},
        {"axes": [0]},
        {"axes": [-1], "keepDims": True},
        {"axes": [0, 2]},
        {"axes": [0, 1, 2], "keepDims": True},
    ]
    for name in "sum mean max min variance".split():
        for options in choices:
            add(name, [draw(2, 3, 4)], str(options), **options)
        add(name, [draw(40)], "forty elements")
        add(name, [[1, NAN, 2.0]], "not a number", gradients=False)
    add("variance", [draw(3, 5)], "sample variance", axes=[1], correction=1)
    add("variance", [[1024, 1025, 1026, 1024.5]], "far from zero")
    add("sum", [draw(0, 3)], "of nothing", axes=[0])
    for name in ("max", "min"):
        add(name, [[[1, 3, 3, 1], [1, 1, 3, 3]]], "ties share the gradient", axes=[1])
        add(name, [[2, 2, 2.0]], "ties over all")
        add(name, [[-INF, INF, 0.0]], "infinite")
    for name in ("argmax", "argmin"):
        add(name, [draw(3, 4)])
        add(name, [draw(2, 3, 4)], "middle axis", axis=1)
        add(name, [[[1, 3, 3, 1], [1, 1, 3, 3]]], "first of ties")
        add(name, [[1, NAN, 5, NAN]], "not a number")
    for name in ("logSumExp", "softmax", "logSoftmax"):
        add(name, [draw(3, 4)])
        add(name, [draw(2, 3, 2)], "middle axis", axis=1)
        add(name, [[[1000, 1001, 999], [-1000, -1000.5, -999]]], "large")
        add(name, [[-INF, 0, 1.0]], "one is impossible")
        add(name, [[5.0]], "alone")
    add("logSumExp", [draw(2, 3)], "kept axis", axis=0, keepDims=True)
    add("logSumExp", [[-INF, -INF]], "all impossible", gradients=False)


def products():
    shapes = [
        ((4,), (4,)),
        ((3, 4), (4,)),
        ((4,), (4, 3)),
        ((3, 4), (4, 5)),
        ((2, 3, 4), (2, 4, 5)),
        ((2, 3, 4), (4, 2)),
        ((3, 4), (2, 4, 2)),
        ((2, 1, 3, 4), (3, 4, 2)),
        ((4,), (2, 4, 3)),
        ((2, 3, 4), (4,)),
        ((1, 7), (7, 1)),
        ((3, 0), (0, 2)),
        ((9, 17), (17, 5)),
    ]
    for a, b in shapes:
        add("matmul", [draw(*a), draw(*b)])
    add("matmul", [[[INF, 1], [0, 1.0]], [[1, 0], [0, 1.0]]], "infinity times zero", gradients=False)


def indexing():
    add("take", [draw(5, 3), torch.tensor([4, 0, 0, 2])], "rows, one twice")
    add("take", [draw(4), torch.tensor([[3, 1], [1, 1]])], "matrix of indices")
    add("take", [draw(2, 5, 3), torch.tensor([[4, 0], [1, 4]])], "middle axis", axis=1)
    add("take", [draw(5, 3), torch.tensor(2)], "a single row")
    add("takeAlong", [draw(3, 4), torch.tensor([[0], [3], [1]])], "one a row")
    add("takeAlong", [draw(3, 4), torch.tensor([[0, 0, 2], [3, 3, 3], [1, 2, 1]])], "repeated")
    add("takeAlong", [draw(4, 2), torch.tensor([[3, 1], [0, 1], [3, 3]])], "first axis", axis=0)


def compositions():
    weights = [draw.between(-1, 1, 3, 3), draw.between(-1, 1, 3, 3), draw.between(-1, 1, 2, 3)]
    add("recurrence", [draw.between(-1, 1, 4, 2, 3), *weights], "four steps")
    add("reverseRecurrence", [draw.between(-1, 1, 4, 2, 3), *weights], "four steps")
    add("gradientNorm", [draw.between(-1, 1, 4, 3), draw.between(-1, 1, 3, 2)], "second derivatives")


def cases():
    for group in (unary, binary, pointwise, arrangement, reductions, products, indexing, compositions):
        group()
    return collected
