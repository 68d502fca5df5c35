"""Normalisation: by the batch, by groups of channels, by the last axes, and without centring."""

import torch
from torch import nn

from ..layer import Case

CHANNELS = 3
BATCH_NORM = {"running_mean": "runningMean", "running_var": "runningVariance", "num_batches_tracked": None}
CUMULATIVE = {**BATCH_NORM, "num_batches_tracked": "batchCount"}


class RMSNorm(nn.Module):
    """Zhang and Sennrich 2019, equation 4; PyTorch has it from version 2.4 on."""

    def __init__(self, *shape, epsilon=1e-6, affine=True):
        super().__init__()
        self.axes = tuple(range(-len(shape), 0))
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(shape)) if affine else None

    def forward(self, x):
        normalized = x / (x.square().mean(self.axes, keepdim=True) + self.epsilon).sqrt()
        return normalized if self.weight is None else normalized * self.weight


class LayerNormWithoutBias(nn.Module):
    """An option of PyTorch's LayerNorm from version 2.1 on."""

    def __init__(self, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape))

    def forward(self, x):
        return nn.functional.layer_norm(x, self.weight.shape, self.weight)


def batch_norm(layer, shape, name="", cumulative=False, **options):
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    evaluation = options.pop("evaluation", False)
    if cumulative:
        options["momentum"] = None
    return Case(
        layer,
        kind(CHANNELS, **options),
        [shape],
        name,
        names=CUMULATIVE if cumulative else BATCH_NORM,
        prepare=past_batches,
        evaluation=evaluation,
    )


def past_batches(module, draw):
    """Running statistics as other batches have left them."""
    if not module.track_running_stats:
        return
    module.running_mean.copy_(draw.between(-1, 1, CHANNELS))
    module.running_var.copy_(draw.between(0.5, 2, CHANNELS))
    module.num_batches_tracked.fill_(3)


CASES = [
    batch_norm("batchNorm1d", (4, CHANNELS)),
    batch_norm("batchNorm1d", (2, CHANNELS, 4)),
    batch_norm("batchNorm1d", (1, CHANNELS, 2)),
    batch_norm("batchNorm1d", (4, CHANNELS), "evaluation", evaluation=True),
    batch_norm("batchNorm1d", (2, CHANNELS, 4), "evaluation with positions", evaluation=True),
    batch_norm("batchNorm2d", (2, CHANNELS, 2, 3)),
    batch_norm("batchNorm2d", (2, CHANNELS, 2, 3), "evaluation", evaluation=True),
    batch_norm("batchNormMomentum", (4, CHANNELS), momentum=0.75),
    batch_norm("batchNormMomentumZero", (4, CHANNELS), momentum=0.0),
    batch_norm("batchNormCumulative", (4, CHANNELS), cumulative=True),
    batch_norm("batchNormEpsilon", (4, CHANNELS), eps=0.5),
    batch_norm("batchNormPlain", (4, CHANNELS), affine=False),
    batch_norm("batchNormPlain", (4, CHANNELS), "evaluation", affine=False, evaluation=True),
    batch_norm("batchNormUntracked", (4, CHANNELS), track_running_stats=False),
    batch_norm("batchNormUntracked", (4, CHANNELS), "evaluation", track_running_stats=False, evaluation=True),
    Case("layerNorm", nn.LayerNorm(4), [(3, 4)]),
    Case("layerNorm", nn.LayerNorm(4), [(2, 3, 4)]),
    Case("layerNorm", nn.LayerNorm(4), [(4,)]),
    Case("layerNorm", nn.LayerNorm(4), [(3, 4)], "evaluation", evaluation=True),
    Case("layerNormAxes", nn.LayerNorm((2, 3)), [(3, 2, 3)]),
    Case("layerNormEpsilon", nn.LayerNorm(4, eps=0.5), [(3, 4)]),
    Case("layerNormPlain", nn.LayerNorm(4, elementwise_affine=False), [(3, 4)]),
    Case("layerNormWithoutBias", LayerNormWithoutBias(4), [(3, 4)]),
    Case("groupNorm", nn.GroupNorm(2, 4), [(2, 4, 3)]),
    Case("groupNorm", nn.GroupNorm(2, 4), [(2, 4, 2, 2)]),
    Case("groupNorm", nn.GroupNorm(2, 4), [(2, 4, 3)], "evaluation", evaluation=True),
    Case("groupNormOfAll", nn.GroupNorm(1, 4), [(2, 4)]),
    Case("groupNormOfAll", nn.GroupNorm(1, 4), [(2, 4, 2)]),
    Case("groupNormOfEach", nn.GroupNorm(4, 4), [(2, 4, 3)]),
    Case("groupNormEpsilon", nn.GroupNorm(2, 4, eps=0.5), [(2, 4, 2)]),
    Case("groupNormPlain", nn.GroupNorm(2, 4, affine=False), [(2, 4, 2)]),
    Case("rmsNorm", RMSNorm(4), [(3, 4)]),
    Case("rmsNorm", RMSNorm(4), [(2, 2, 4)]),
    Case("rmsNormAxes", RMSNorm(2, 3), [(2, 2, 3)]),
    Case("rmsNormEpsilon", RMSNorm(4, epsilon=0.5), [(3, 4)]),
    Case("rmsNormPlain", RMSNorm(4, affine=False), [(3, 4)]),
]
