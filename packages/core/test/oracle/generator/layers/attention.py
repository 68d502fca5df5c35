"""Attention, layers of Transformers, and positions. Masks are Versant's: true where a query may attend."""

import torch
from torch import nn
from torch.nn.functional import _scaled_dot_product_attention

from ..layer import Case


# The gradient of softmax is a difference of means of products of values, however small it is itself.
VALUES = 1
# Projected values are sums of a few inputs of up to 3.
PROJECTED_VALUES = 4


class Attention(nn.Module):
    """The function, as a layer without parameters."""

    def __init__(self, causal=False):
        super().__init__()
        self.causal = causal

    def forward(self, query, key, value, mask=None):
        return _scaled_dot_product_attention(query, key, value, mask, is_causal=self.causal)[0]


class PositionalEmbedding(nn.Module):
    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(length, features))

    def forward(self, x):
        return x + self.weight[: x.shape[-2]]


class SinusoidalEncoding(nn.Module):
    """Vaswani et al. 2017, section 3.5."""

    def forward(self, x):
        length, features = x.shape[-2:]
        even = torch.arange(0, features, 2, dtype=x.dtype)
        angles = torch.arange(length, dtype=x.dtype)[:, None] / 10000 ** (even / features)
        table = torch.stack([angles.sin(), angles.cos()], -1).flatten(1)
        return x + table[:, :features]


def visible(*shape):
    """A mask under which every query sees the first key at least."""

    def drawn(draw):
        mask = draw.bools(*shape)
        mask[..., 0] = True
        return mask

    return drawn


def added(*shape):
    """Numbers to add to the scores, -inf here and there."""

    def drawn(draw):
        return draw(*shape).masked_fill(~visible(*shape)(draw), float("-inf"))

    return drawn


def causal(length):
    return nn.Transformer.generate_square_subsequent_mask(length).double()


def projections(features, path="", to=""):
    """Versant's names of the projections that PyTorch packs into one."""

    def parts(kind):
        names = [f"{to}{part}.{kind}" for part in ("query", "key", "value")]
        return lambda packed: dict(zip(names, packed.split(features)))

    return {
        f"{path}in_proj_weight": parts("weight"),
        f"{path}in_proj_bias": parts("bias"),
        f"{path}q_proj_weight": f"{to}query.weight",
        f"{path}k_proj_weight": f"{to}key.weight",
        f"{path}v_proj_weight": f"{to}value.weight",
        f"{path}out_proj.weight": f"{to}output.weight",
        f"{path}out_proj.bias": f"{to}output.bias",
    }


def renamed(pairs, path="", to=""):
    return {f"{path}{a}.{kind}": f"{to}{b}.{kind}" for a, b in pairs.items() for kind in ("weight", "bias")}


def layer_names(features, norms, path="", to=""):
    """`norms`: Versant's names of norm1, norm2, ... in the order of PyTorch."""
    return {
        **projections(features, f"{path}self_attn.", f"{to}selfAttention."),
        **projections(features, f"{path}multihead_attn.", f"{to}crossAttention."),
        **renamed({"linear1": "feedForward.hidden", "linear2": "feedForward.output"}, path, to),
        **renamed({f"norm{index + 1}": f"{name}Norm" for index, name in enumerate(norms)}, path, to),
    }


ENCODER_NORMS = ["selfAttention", "feedForward"]
DECODER_NORMS = ["selfAttention", "crossAttention", "feedForward"]


def attention(layer, inputs, name="", causal=False):
    return Case(layer, Attention(causal), inputs, name, floor=VALUES)


def heads(layer, inputs, name="", call=None, features=4, number=2, **options):
    """Multi-head attention."""
    module = nn.MultiheadAttention(features, number, batch_first=True, **options)
    call = call or (lambda module, query, key, value: module(query, key, value)[0])
    return Case(layer, module, inputs, name, call=call, names=projections(features), floor=PROJECTED_VALUES)


def encoder(layer, inputs, name="", call=lambda module, x: module(x), evaluation=False, **options):
    module = nn.TransformerEncoderLayer(3, 1, 4, dropout=0, batch_first=True, **options)
    names = layer_names(3, ENCODER_NORMS)
    return Case(layer, module, inputs, name, call=call, names=names, evaluation=evaluation)


def decoder(layer, inputs, name="", call=lambda module, x, memory: module(x, memory), **options):
    module = nn.TransformerDecoderLayer(3, 1, 2, dropout=0, batch_first=True, **options)
    return Case(layer, module, inputs, name, call=call, names=layer_names(3, DECODER_NORMS))


def stack(kind, layer, inputs, call, norms):
    one = layer(3, 1, 2, dropout=0, norm_first=True, batch_first=True)
    module = kind(one, 2, nn.LayerNorm(3))
    names = {}
    for index in range(2):
        names.update(layer_names(3, norms, f"layers.{index}.", f"layers.{index}."))
    key = "encoder" if kind is nn.TransformerEncoder else "decoder"
    return Case(key, module, inputs, "two layers", call=call, names=names, evaluation=True)


CASES = [
    attention("attention", [(3, 2), (4, 2), (4, 3)]),
    attention("attention", [(2, 3, 2), (2, 3, 2), (2, 3, 2)]),
    attention("attention", [(2, 1, 2, 3), (2, 1, 4, 3), (2, 1, 4, 2)]),
    attention("attentionMasked", [(2, 3, 2), (2, 4, 2), (2, 4, 2), visible(3, 4)], "mask of bools"),
    attention("attentionMasked", [(2, 3, 2), (2, 4, 2), (2, 4, 2), visible(2, 3, 4)], "a mask for each"),
    attention("attentionMasked", [(3, 2), (4, 2), (4, 2), (3, 4)], "mask to be added"),
    attention("attentionCausal", [(2, 4, 2), (2, 4, 2), (2, 4, 2)], causal=True),
    heads("multihead", [(2, 3, 4), (2, 2, 4), (2, 2, 4)], "query, key and value"),
    heads("multiheadSelf", [(2, 3, 4)], call=lambda module, x: module(x, x, x)[0]),
    heads("multiheadOfMemory", [(2, 3, 4), (2, 2, 4)], call=lambda module, x, memory: module(x, memory, memory)[0]),
    heads(
        "multiheadCausal",
        [(2, 3, 4)],
        call=lambda module, x: module(x, x, x, attn_mask=causal(3).to(x.dtype))[0],
    ),
    heads(
        "multiheadMasked",
        [(2, 3, 4), visible(3, 3)],
        "mask of bools",
        call=lambda module, x, mask: module(x, x, x, attn_mask=~mask)[0],
    ),
    heads(
        "multiheadMasked",
        [(1, 3, 4), added(3, 3)],
        "mask to be added",
        call=lambda module, x, mask: module(x, x, x, attn_mask=mask)[0],
    ),
    heads(
        "multiheadMasked",
        [(2, 3, 4), visible(2, 2, 3, 3)],
        "a mask for each head",
        call=lambda module, x, mask: module(x, x, x, attn_mask=~mask.flatten(0, 1))[0],
    ),
    heads(
        "multiheadKeyMask",
        [(2, 3, 4), visible(2, 3)],
        call=lambda module, x, keys: module(x, x, x, key_padding_mask=~keys)[0],
    ),
    heads(
        "multiheadBothMasks",
        [(2, 3, 4), visible(3, 3), visible(2, 3)],
        call=lambda module, x, mask, keys: module(x, x, x, attn_mask=~mask, key_padding_mask=~keys)[0],
    ),
    heads("multiheadSizes", [(2, 2, 4), (2, 3, 2), (2, 3, 3)], kdim=2, vdim=3),
    heads("multiheadWithoutBias", [(2, 3, 4)], call=lambda module, x: module(x, x, x)[0], bias=False),
    heads("multiheadOne", [(1, 3, 3)], call=lambda module, x: module(x, x, x)[0], features=3, number=1),
    heads("multiheadEach", [(1, 2, 3)], call=lambda module, x: module(x, x, x)[0], features=3, number=3),
    encoder("encoderLayer", [(2, 3, 3)]),
    encoder("encoderLayer", [(2, 3, 3)], "evaluation", evaluation=True),
    encoder("encoderLayerNormFirst", [(2, 3, 3)], norm_first=True),
    encoder("encoderLayerGelu", [(1, 3, 3)], activation="gelu", layer_norm_eps=0.5),
    encoder(
        "encoderLayerMasked",
        [(2, 3, 3), visible(2, 3)],
        call=lambda module, x, keys: module(x, causal(3).to(x.dtype), ~keys),
        norm_first=True,
    ),
    decoder("decoderLayer", [(1, 3, 3), (1, 2, 3)]),
    decoder(
        "decoderLayerCausal",
        [(1, 3, 3), (1, 2, 3)],
        call=lambda module, x, memory: module(x, memory, tgt_mask=causal(3).to(x.dtype)),
        norm_first=True,
        activation="gelu",
    ),
    decoder(
        "decoderLayerMasked",
        [(1, 3, 3), (1, 2, 3), visible(3, 3), visible(1, 3), visible(3, 2), visible(1, 2)],
        call=lambda module, x, memory, mask, keys, memory_mask, memory_keys: module(
            x, memory, ~mask, ~memory_mask, ~keys, ~memory_keys
        ),
    ),
    stack(
        nn.TransformerEncoder,
        nn.TransformerEncoderLayer,
        [(1, 3, 3)],
        lambda module, x: module(x, causal(3).to(x.dtype)),
        ENCODER_NORMS,
    ),
    stack(
        nn.TransformerDecoder,
        nn.TransformerDecoderLayer,
        [(1, 3, 3), (1, 2, 3)],
        lambda module, x, memory: module(x, memory, causal(3).to(x.dtype)),
        DECODER_NORMS,
    ),
    Case("positionalEmbedding", PositionalEmbedding(5, 4), [(2, 3, 4)]),
    Case("positionalEmbedding", PositionalEmbedding(5, 4), [(5, 4)]),
    Case("sinusoidalEncoding", SinusoidalEncoding(), [(2, 3, 4)]),
    Case("sinusoidalEncodingOdd", SinusoidalEncoding(), [(3, 5)]),
]
