"""Writes weights as PyTorch's users do, and what the models answer: safetensors files beside answers.json.

    /usr/bin/python3 -B packages/lab/test/oracle/torchModels.py

Needs Debian's python3-torch; the tests need nothing. The format is written here in ten lines, by its
description (https://github.com/huggingface/safetensors#format). The script is deterministic.
"""

import json
import pathlib
import struct

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
folder = pathlib.Path(__file__).parent / "fixtures/torch"
CODES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def save(name, state):
    header, content = {"__metadata__": {"format": "pt"}}, b""
    for key, value in state.items():
        # NumPy has no bfloat16; the bits are the same as those of an integer.
        value = value.contiguous()
        bits = value.view(torch.int16) if value.dtype == torch.bfloat16 else value
        data = bits.numpy().tobytes()
        header[key] = {"dtype": CODES[value.dtype], "shape": list(value.shape), "data_offsets": [len(content), len(content) + len(data)]}
        content += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + content)


class Reader(nn.Module):
    """A convolutional network as it is usually written; its statistics have moved."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(3)
        self.conv2 = nn.Conv2d(3, 4, 3, stride=2, groups=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4 * 2 * 2, 5)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(self.bn2(self.conv2(x)))
        return self.fc(x.flatten(1))


class Tagger(nn.Module):
    """Words as vectors, read both ways by an LSTM of two layers."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4)
        self.encoder = nn.LSTM(4, 3, num_layers=2, bidirectional=True, batch_first=True)
        self.output = nn.Linear(6, 2)

    def forward(self, tokens):
        return self.output(self.encoder(self.embedding(tokens))[0])


class Summer(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(2, 4, batch_first=True)
        self.output = nn.Linear(4, 1)

    def forward(self, x):
        return self.output(self.gru(x)[0][:, -1])


def mlp():
    return nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))


def moved(model, *shape):
    """In training mode, so that running statistics follow some batches."""
    for _ in range(3):
        model(1 + 2 * torch.randn(*shape))
    return model


MODELS = {
    "mlp": (mlp(), torch.randn(4, 6)),
    "reader": (moved(Reader(), 8, 1, 6, 6), torch.randn(2, 1, 6, 6)),
    "tagger": (Tagger(), torch.randint(0, 9, (2, 5))),
    "summer": (Summer(), torch.randn(3, 6, 2)),
    "encoder": (nn.TransformerEncoderLayer(4, 2, 8, dropout=0, batch_first=True), torch.randn(2, 3, 4)),
    "half": (mlp().half(), torch.randn(4, 6).half()),
    "brain": (mlp().bfloat16(), torch.randn(4, 6).bfloat16()),
    "double": (mlp().double(), torch.randn(4, 6).double()),
}

answers = {}
for name, (model, x) in MODELS.items():
    save(name, model.state_dict())
    # With weights of few bits, but float32 on the way, as they are used elsewhere.
    model = model.eval().float()
    x = x if x.dtype == torch.int64 else x.float()
    with torch.no_grad():
        y = model(x)
    answers[name] = {
        "input": {"shape": list(x.shape), "data": x.flatten().tolist()},
        "answer": {"shape": list(y.shape), "data": y.flatten().tolist()},
    }
lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(each, separators=(',', ':'))}" for name, each in answers.items())
(folder / "answers.json").write_text(f"{{\n{lines}\n}}\n")
