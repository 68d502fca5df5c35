"""Embeddings and bags of them."""

import torch
from torch import nn

from ..layer import Case


class Bag(nn.EmbeddingBag):
    """
    PyTorch's own has no second derivatives, which the scales need. What it gives is compared with a
    composition that has them.
    """

    def forward(self, indices, offsets=None, weights=None):
        rows = self.weight[indices]
        counted = torch.ones_like(indices) if self.padding_idx is None else indices != self.padding_idx
        counted = counted.to(rows.dtype)
        if offsets is None:
            member = torch.eye(len(indices), dtype=rows.dtype).repeat_interleave(indices.shape[1], 0)
        else:
            ends = offsets[1:] if self.include_last_offset else torch.cat([offsets[1:], torch.tensor([len(indices)])])
            starts = offsets[: len(ends)]
            places = torch.arange(len(indices)).unsqueeze(1)
            member = ((places >= starts) & (places < ends)).to(rows.dtype)
        share = (member * counted.reshape(-1, 1)).T
        if self.mode == "mean":
            share = share / share.sum(1, keepdim=True).clamp(min=1)
        factors = 1 if weights is None else weights.reshape(-1, 1)
        composed = share @ (rows.flatten(0, -2) * factors)
        torch.testing.assert_close(composed, super().forward(indices, offsets, weights))
        return composed


def integers(high, *shape):
    return lambda draw: draw.integers(0, high, *shape)


def bag(name, **options):
    """A case of bags of equal length."""
    return Case(name, Bag(5, 3, **options), [integers(5, 2, 4)], "bags of equal length")


OFFSETS = torch.tensor([0, 2, 2, 6])
PADDED = torch.tensor([4, 1, 0, 1, 1, 1, 3])
ENDED = torch.tensor([0, 0, 3, 7])

CASES = [
    Case("embedding", nn.Embedding(5, 3), [integers(5, 4)], "a vector of indices"),
    Case("embedding", nn.Embedding(5, 3), [integers(5, 2, 4)], "a matrix of indices"),
    Case("embedding", nn.Embedding(5, 3), [integers(5, 2, 1, 3)], "indices of three axes"),
    Case("embedding", nn.Embedding(5, 3), [torch.tensor([2, 2, 2])], "one index again and again"),
    Case("embeddingOfOne", nn.Embedding(1, 1), [integers(1, 3)], "a single number"),
    Case("embeddingWithPadding", nn.Embedding(5, 3, padding_idx=1), [PADDED], "padding among indices"),
    Case("embeddingWithPadding", nn.Embedding(5, 3, padding_idx=1), [torch.tensor([[1, 1]])], "padding alone"),
    bag("bagSum", mode="sum"),
    Case("bagSum", Bag(5, 3, mode="sum"), [integers(5, 7), OFFSETS], "offsets, one bag empty"),
    Case("bagSum", Bag(5, 3, mode="sum"), [integers(5, 2, 4), (2, 4)], "weights",
         call=lambda module, indices, weights: module(indices, None, weights)),
    Case("bagSum", Bag(5, 3, mode="sum"), [integers(5, 7), OFFSETS, (7,)], "weights and offsets"),
    bag("bagMean"),
    Case("bagMean", Bag(5, 3), [integers(5, 7), OFFSETS], "offsets, one bag empty"),
    Case("bagMean", Bag(5, 3), [integers(5, 2), torch.tensor([0, 2])], "offsets, the last bag empty"),
    Case("bagWithPadding", Bag(5, 3, padding_idx=1), [PADDED, torch.tensor([0, 2, 4, 6])], "one bag of padding alone"),
    Case("bagWithPadding", Bag(5, 3, padding_idx=1), [torch.tensor([[1, 2, 1], [0, 4, 4]])], "bags of equal length"),
    Case("bagSumWithPadding", Bag(5, 3, mode="sum", padding_idx=1), [PADDED, OFFSETS, (7,)], "weights and offsets"),
    Case("bagsThatEnd", Bag(5, 3, include_last_offset=True), [integers(5, 7), ENDED], "the last offset at the end"),
]
