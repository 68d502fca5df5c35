"""PyTorch's modules for the layers of a description, with the given initial parameters."""

import torch
from torch import nn


class Last(nn.Module):
    """The time step that a sequence (N, T, C) ends with."""

    def forward(self, sequence):
        return sequence[:, -1]


class GlobalAverage(nn.Module):
    def forward(self, images):
        return images.mean((2, 3))


class Lstm(nn.LSTM):
    """The outputs of an LSTM, without its final state."""

    def forward(self, sequence):
        return super().forward(sequence)[0]


class Encoder(nn.TransformerEncoderLayer):
    def __init__(self, features, heads, hidden, causal):
        super().__init__(features, heads, hidden, dropout=0.0, batch_first=True)
        self.causal = causal
        self.mask = None

    def forward(self, sequence):
        if self.causal and self.mask is None:
            self.mask = nn.Transformer.generate_square_subsequent_mask(sequence.shape[1])
        return super().forward(sequence, self.mask)


class Tokens(nn.Module):
    """Token and position embeddings, added."""

    def __init__(self, vocabulary, features, context):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, features)
        self.positions = nn.Embedding(context, features)

    def forward(self, indices):
        return self.tokens(indices) + self.positions.weight[: indices.shape[1]]


MODULES = {
    "relu": nn.ReLU,
    "flatten": nn.Flatten,
    "maxPool": nn.MaxPool2d,
    "globalAveragePool": GlobalAverage,
    "last": Last,
    "linear": nn.Linear,
    "conv": lambda inputs, outputs, kernel, padding: nn.Conv2d(inputs, outputs, kernel, padding=padding),
    "batchNorm": nn.BatchNorm2d,
    "layerNorm": nn.LayerNorm,
    "transformerLayer": Encoder,
    "lstm": lambda inputs, hidden: Lstm(inputs, hidden, batch_first=True),
    "tokens": Tokens,
}


class Model(nn.Module):
    """Layer after layer; the first of them may read offsets beside its input."""

    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x, *offsets):
        first, *others = self.layers
        x = first(x, *offsets)
        for layer in others:
            x = layer(x)
        return x


def embedding_bag(vocabulary, features, sparse):
    return nn.EmbeddingBag(vocabulary, features, mode="mean", sparse=sparse, include_last_offset=True)


def model_of(layers, values, sparse):
    """`values` yields a tensor for each parameter, in the order of the description."""
    modules = []
    for layer in layers:
        kind, options = layer["type"], {key: value for key, value in layer.items() if key != "type"}
        if kind == "embeddingBag":
            modules.append(embedding_bag(**options, sparse=sparse))
        else:
            modules.append(MODULES[kind](*options.values()))
    model = Model(modules)
    with torch.no_grad():
        # PyTorch lists the parameters of each of these modules in the order of the description.
        for parameter, value in zip(model.parameters(), values):
            parameter.copy_(value)
    return model
