"""Memory networks, written down from the paper's equations, and auto-encoders."""

import torch
from torch import nn
from torch.distributions import Normal, kl_divergence

from ..layer import Case


class MemoryNetwork(nn.Module):
    """Sukhbaatar, Szlam, Weston and Fergus, "End-To-End Memory Networks", NIPS 2015."""

    def __init__(self, vocabulary, features, hops, layer_wise=False, position=True, capacity=0):
        super().__init__()
        tables = 2 if layer_wise else hops + 1
        self.words = nn.ModuleList(nn.Embedding(vocabulary, features) for _ in range(tables))
        if capacity:
            self.times = nn.ParameterList(torch.zeros(capacity, features) for _ in range(tables))
        if layer_wise:
            self.question = nn.Embedding(vocabulary, features)
            self.answer = nn.Embedding(vocabulary, features)
            self.between = nn.Linear(features, features, bias=False)
        self.hops, self.layer_wise, self.position, self.capacity = hops, layer_wise, position, capacity

    def encode(self, embedding, sentences):
        vectors = embedding(sentences) * (sentences != 0).unsqueeze(-1)
        length, features = vectors.shape[-2:]
        if self.position:
            j = torch.arange(1, length + 1).unsqueeze(1).to(vectors) / length
            k = torch.arange(1, features + 1).to(vectors) / features
            vectors = vectors * ((1 - j) - k * (1 - 2 * j))
        return vectors.sum(-2)

    def memory(self, table, story):
        vectors = self.encode(self.words[table], story)
        return vectors + self.times[table][self.capacity - story.shape[1]:] if self.capacity else vectors

    def forward(self, story, question):
        u = self.encode(self.question if self.layer_wise else self.words[0], question)
        for hop in range(self.hops):
            first = 0 if self.layer_wise else hop
            m, c = self.memory(first, story), self.memory(first + 1, story)
            p = torch.einsum("nd,nfd->nf", u, m).softmax(1)
            o = torch.einsum("nf,nfd->nd", p, c)
            u = (self.between(u) if self.layer_wise else u) + o
        answer = self.answer if self.layer_wise else self.words[-1]
        return u @ answer.weight.T


class Tied(nn.Module):
    """An auto-encoder whose decoder has the encoder's weight."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(4, 2), nn.Sigmoid())
        self.bias = nn.Parameter(torch.zeros(4))

    def forward(self, x):
        return self.encoder(x) @ self.encoder[0].weight + self.bias


class AutoEncoder(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Variational(AutoEncoder):
    """With codes that are means; the divergence of each sample stands beside its reconstruction."""

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, -1)
        divergence = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(-1)
        return torch.cat([self.decoder(mean), divergence.unsqueeze(-1)], -1)


def story(*shape):
    return lambda draw: draw.integers(0, 5, *shape)


STORY = [story(2, 3, 3), story(2, 2)]
PADDED = [torch.tensor([[[0, 0, 0], [1, 2, 0], [3, 4, 1]]]), torch.tensor([[2, 0, 0]])]

CASES = [
    Case("memoryOneHop", MemoryNetwork(5, 2, 1), STORY, "a short question"),
    Case("memoryTwoHops", MemoryNetwork(5, 2, 2, capacity=3), STORY, "a full memory"),
    Case("memoryTwoHops", MemoryNetwork(5, 2, 2, capacity=3), [story(2, 1, 3), story(2, 3)], "a single fact"),
    Case("memoryTwoHops", MemoryNetwork(5, 2, 2, capacity=3), PADDED, "padding"),
    Case("memoryThreeHops", MemoryNetwork(5, 2, 3, position=False), STORY, "words without an order"),
    Case("memoryThreeHops", MemoryNetwork(5, 2, 3, position=False), PADDED, "padding"),
    Case("memoryLayerWise", MemoryNetwork(5, 2, 2, layer_wise=True), STORY, "words in order"),
    Case("memoryLayerWiseInTime", MemoryNetwork(5, 2, 3, layer_wise=True, position=False, capacity=4), STORY,
         "words without an order"),
    Case("autoEncoder", AutoEncoder(nn.Sequential(nn.Linear(4, 2), nn.Tanh()), nn.Linear(2, 4)), [(3, 4)]),
    Case("tiedAutoEncoder", Tied(), [(3, 4)], names={"bias": "decoder.bias"}),
    Case("variationalAutoEncoder", Variational(nn.Linear(3, 4), nn.Linear(2, 3)), [(2, 3)], evaluation=True),
]
