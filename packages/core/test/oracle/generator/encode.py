"""Tensors as JSON: shape, dtype where it is not floating, flat data; one case a line."""

import json
import math

import torch

DTYPES = {torch.int64: "int32", torch.int32: "int32", torch.uint8: "uint8", torch.bool: "bool"}


def number(value):
    # JSON has no words for these.
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    whole = value == int(value) and abs(value) < 2**53
    return int(value) if whole and (value or math.copysign(1, value) > 0) else value


def tensor(value):
    value = value.detach()
    encoded = {"shape": list(value.shape)}
    if value.dtype in DTYPES:
        encoded["dtype"] = DTYPES[value.dtype]
        encoded["data"] = [int(each) for each in value.flatten().tolist()]
    else:
        encoded["data"] = [number(each) for each in value.flatten().tolist()]
    return encoded


def rough(value):
    """A magnitude, to two digits: enough for a tolerance."""
    return [float(f"{each:.1e}") for each in torch.nan_to_num(value, 0, 0, 0).flatten().tolist()]


def write(path, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"[\n{lines}\n]\n")
