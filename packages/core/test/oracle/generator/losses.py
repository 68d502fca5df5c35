"""Losses with every option and each reduction, with the gradients of what a model computes.

What PyTorch has no function for, the hinge and the contrastive loss, is written as its authors do.
"""

import warnings

import torch
from torch.nn import functional as F

from .differentiate import differentiate
from .draw import Draw
from .encode import tensor

# Its default, the mean over elements, is not the divergence: PyTorch says so at every call.
warnings.filterwarnings("ignore", message="reduction: 'mean' divides")

draw = Draw(3)
labels = torch.tensor([3, 0, 1, 3, 2])


def exact(*values):
    return torch.tensor(values, dtype=torch.float64)


def probability(*shape):
    return draw.between(0.0625, 0.9375, *shape)


def answers(*shape):
    return draw.integers(0, 2, *shape).double()


def signs(*shape):
    return (2 * draw.integers(0, 2, *shape) - 1).double()


def distribution(*shape):
    """Rows over the second axis whose multiples of 1/256 sum to 1 exactly."""
    parts = draw.between(0.0625, 1 / shape[1], *shape)
    parts[:, 0] += 1 - parts.sum(1)
    return parts


REDUCTIONS = ["mean", "sum", "none"]


def problem(loss, name, inputs, function, options={}, tensors={}, wrt=[0], floor=0, reductions=REDUCTIONS):
    """`function` takes the inputs and a reduction; `options` and `tensors` are Versant's options."""
    return {
        "described": {"loss": loss, "name": name, "options": options, "floor": floor},
        "tensors": tensors,
        "inputs": inputs,
        "function": function,
        "wrt": wrt,
        "reductions": reductions,
    }


def reduced(losses, reduction):
    return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses}[reduction]()


def regression():
    tied = exact([1, 2], [3, 4])
    even = exact([1, 2.5], [2, 4])
    pair = lambda: [draw(4, 3), draw(4, 3)]
    smooth = lambda beta: lambda p, y, r: F.smooth_l1_loss(p, y, reduction=r, beta=beta)
    huber = lambda delta: lambda p, y, r: F.huber_loss(p, y, reduction=r, delta=delta)
    mae = lambda p, y, r: F.l1_loss(p, y, reduction=r)
    return [
        problem("mse", "random", pair(), lambda p, y, r: F.mse_loss(p, y, reduction=r), wrt=[0, 1]),
        problem("mae", "random", pair(), mae, wrt=[0, 1]),
        problem("mae", "ties have no gradient", [tied, even], mae),
        problem("smoothL1", "random", pair(), smooth(1), wrt=[0, 1]),
        problem("smoothL1", "narrow", pair(), smooth(0.25), {"beta": 0.25}),
        problem("smoothL1", "wide", pair(), smooth(2.5), {"beta": 2.5}),
        problem("smoothL1", "without a parabola", pair(), smooth(0), {"beta": 0}),
        problem("smoothL1", "at the joint", [tied, even], smooth(0.5), {"beta": 0.5}),
        problem("huber", "random", pair(), huber(1), wrt=[0, 1]),
        problem("huber", "narrow", pair(), huber(0.25), {"delta": 0.25}),
        problem("huber", "wide", pair(), huber(2.5), {"delta": 2.5}),
        problem("huber", "at the joint", [tied, even], huber(0.5), {"delta": 0.5}),
    ]


def binary():
    bce = lambda w=None: lambda p, y, r: F.binary_cross_entropy(p, y, weight=w, reduction=r)
    logits = lambda w=None, c=None: lambda x, y, r: F.binary_cross_entropy_with_logits(
        x, y, weight=w, pos_weight=c, reduction=r
    )
    far = exact(-100, -20, 0, 20, 100, 100)
    near = exact(0, 1, 0.5, 0, 1, 0)
    elements, columns, rows, positive = draw.positive(4, 3), draw.positive(3), draw.positive(4, 1), draw.positive(3)
    four = exact(1, 2, 3, 4)
    name, stable = "binaryCrossEntropy", "binaryCrossEntropyWithLogits"
    pair = lambda: [draw(4, 3), answers(4, 3)]
    return [
        problem(name, "random", [probability(4, 3), answers(4, 3)], bce()),
        problem(name, "soft targets", [probability(4, 3), probability(4, 3)], bce(), wrt=[0, 1]),
        # Not with respect to the target: there PyTorch gives the slope of a cost without bound.
        problem(name, "certain", [exact(0, 1, 0, 1, 0), exact(0, 1, 1, 0, 0.25)], bce()),
        problem(name, "certain, weights", [exact(0, 1, 0, 1), exact(0, 1, 1, 0)], bce(four), tensors={"weights": four}),
        problem(name, "weights", [probability(4, 3), answers(4, 3)], bce(elements), tensors={"weights": elements}),
        problem(name, "weights of rows", [probability(4, 3), answers(4, 3)], bce(rows), tensors={"weights": rows}),
        problem(stable, "random", pair(), logits(), floor=1),
        problem(stable, "large", [far, near], logits(), floor=1),
        problem(stable, "weights", pair(), logits(columns), tensors={"weights": columns}, floor=1),
        problem(stable, "positive weight", pair(), logits(c=exact(2.5)), {"positiveWeight": 2.5}, floor=1),
        problem(stable, "positive weights", pair(), logits(c=positive), tensors={"positiveWeight": positive}, floor=1),
        problem(stable, "large, positive weight", [far, near], logits(c=exact(0.25)), {"positiveWeight": 0.25}, floor=1),
        problem(
            stable,
            "both weights, soft targets",
            [draw(4, 3), probability(4, 3)],
            logits(columns, positive),
            tensors={"weights": columns, "positiveWeight": positive},
            floor=1,
        ),
    ]


def categorical():
    weights = draw.positive(4)
    weighed = {"classWeights": weights}
    some = torch.tensor([3, 0, 255, 3, 255])
    grid = draw.integers(0, 4, 2, 3)
    holes = torch.where(torch.tensor([[0, 1, 0], [1, 0, 0]]) > 0, -1, grid)
    images = draw.integers(0, 3, 2, 2, 2)
    entropy = lambda **options: lambda x, y, r: F.cross_entropy(x, y, reduction=r, **options)
    likelihood = lambda **options: lambda x, y, r: F.nll_loss(x, y, reduction=r, **options)
    on = lambda y, name, function, options={}, tensors={}: problem(
        "crossEntropy", name, [draw(*SHAPES[y.shape]), y], function, options, tensors, floor=1
    )
    soft = lambda name, function, options={}, tensors={}: problem(
        "crossEntropy", name, [draw(5, 4), distribution(5, 4)], function, options, tensors, floor=1
    )
    log = lambda *shape: draw.between(-4, -0.0625, *shape)
    return [
        on(labels, "random", entropy()),
        problem("crossEntropy", "large", [draw.between(-900, 900, 5, 4), labels], entropy(), floor=1),
        on(labels, "class weights", entropy(weight=weights), tensors=weighed),
        on(labels, "smoothing", entropy(label_smoothing=0.125), {"labelSmoothing": 0.125}),
        on(labels, "nothing but smoothing", entropy(label_smoothing=1), {"labelSmoothing": 1}),
        on(some, "ignored index", entropy(ignore_index=255), {"ignoredIndex": 255}),
        on(
            some,
            "weights, smoothing, ignored index",
            entropy(weight=weights, label_smoothing=0.25, ignore_index=255),
            {"labelSmoothing": 0.25, "ignoredIndex": 255},
            weighed,
        ),
        on(grid, "positions", entropy()),
        on(
            holes,
            "positions, weights, smoothing, ignored index",
            entropy(weight=weights, label_smoothing=0.25, ignore_index=-1),
            {"labelSmoothing": 0.25, "ignoredIndex": -1},
            weighed,
        ),
        on(images, "images", entropy()),
        soft("probabilities", entropy()),
        soft("probabilities, class weights", entropy(weight=weights), tensors=weighed),
        soft(
            "probabilities, weights, smoothing",
            entropy(weight=weights, label_smoothing=0.25),
            {"labelSmoothing": 0.25},
            weighed,
        ),
        problem(
            "crossEntropy",
            "probabilities at positions",
            [draw(2, 4, 3), distribution(2, 4, 3)],
            entropy(label_smoothing=0.25),
            {"labelSmoothing": 0.25},
            floor=1,
        ),
        problem("negativeLogLikelihood", "random", [log(5, 4), labels], likelihood()),
        problem(
            "negativeLogLikelihood",
            "weights, ignored index",
            [log(5, 4), labels],
            likelihood(weight=weights, ignore_index=3),
            {"ignoredIndex": 3},
            weighed,
        ),
        problem("negativeLogLikelihood", "images", [log(2, 3, 2, 2), images], likelihood()),
    ]


SHAPES = {(5,): (5, 4), (2, 3): (2, 4, 3), (2, 2, 2): (2, 3, 2, 2)}


def likelihoods():
    gaussian = lambda **options: lambda m, y, v, r: F.gaussian_nll_loss(m, y, v, reduction=r, **options)
    poisson = lambda **options: lambda x, y, r: F.poisson_nll_loss(x, y, reduction=r, **options)
    normal = lambda *variance: [draw(4, 3), draw(4, 3), draw.positive(*variance)]
    small = exact([0, 0.25, 1], [2, 0.125, 0.5])
    counts = lambda *shape: draw.integers(0, 6, *shape).double()
    return [
        problem("gaussianNegativeLogLikelihood", "random", normal(4, 3), gaussian(), wrt=[0, 1, 2], floor=1),
        problem("gaussianNegativeLogLikelihood", "full", normal(4, 3), gaussian(full=True), {"full": True}, floor=1),
        problem("gaussianNegativeLogLikelihood", "a variance a row", normal(4, 1), gaussian(), wrt=[0, 1, 2], floor=1),
        problem(
            "gaussianNegativeLogLikelihood",
            "least variance",
            [draw(2, 3), draw(2, 3), small],
            gaussian(eps=0.25),
            {"epsilon": 0.25},
            wrt=[0, 1, 2],
            floor=1,
        ),
        problem("poissonNegativeLogLikelihood", "random", [draw(4, 3), counts(4, 3)], poisson(), wrt=[0, 1]),
        problem("poissonNegativeLogLikelihood", "full", [draw(4, 3), counts(4, 3)], poisson(full=True), {"full": True}),
        problem(
            "poissonNegativeLogLikelihood",
            "rates",
            [draw.positive(4, 3), counts(4, 3)],
            poisson(log_input=False),
            {"logInput": False},
        ),
        problem(
            "poissonNegativeLogLikelihood",
            "rates of 0",
            [exact(0, 0, 1, 2), exact(0, 3, 0, 1)],
            poisson(log_input=False, full=True, eps=0.125),
            {"logInput": False, "full": True, "epsilon": 0.125},
        ),
    ]


def margins():
    hinge = lambda x, y, r: reduced(torch.relu(1 - y * x), r)
    several = lambda **options: lambda x, y, r: F.multi_margin_loss(x, y, reduction=r, **options)
    weights = draw.positive(4)
    level = exact([0, 1, 2, -1], [0.5, 0.5, 0.5, 0.5])
    scores = lambda: [draw(5, 4), labels]
    return [
        problem("hinge", "random", [draw(4, 3), signs(4, 3)], hinge),
        problem("hinge", "at the margin", [exact(1, -1, 1, 2), exact(1, -1, -1, -1)], hinge),
        problem("multiMargin", "random", scores(), several(), floor=1),
        problem("multiMargin", "squares", scores(), several(p=2), {"p": 2}, floor=1),
        problem("multiMargin", "margin", scores(), several(margin=2.5), {"margin": 2.5}, floor=1),
        problem(
            "multiMargin",
            "class weights",
            scores(),
            several(p=2, margin=0.5, weight=weights),
            {"p": 2, "margin": 0.5},
            {"classWeights": weights},
            floor=1,
        ),
        problem("multiMargin", "at the margin", [level, torch.tensor([1, 2])], several(), floor=1),
    ]


def distances():
    """Functions that losses are made of, one number a pair of vectors."""
    distance = lambda **options: lambda a, b, r: F.pairwise_distance(a, b, **options)
    cosine = lambda **options: lambda a, b, r: F.cosine_similarity(a, b, dim=-1, **options)
    vectors = lambda *shape: [draw(*shape), draw(*shape)]
    alone = {"wrt": [0, 1], "reductions": [None]}
    short = [exact([0.25, 0], [3, 4]), exact([1, 2], [0, 0.125])]
    return [
        problem("pairwiseDistance", "random", vectors(5, 4), distance(), **alone),
        problem("pairwiseDistance", "sums", vectors(2, 3, 4), distance(p=1), {"p": 1}, **alone),
        problem("pairwiseDistance", "epsilon", vectors(5, 4), distance(eps=0.25), {"epsilon": 0.25}, **alone),
        problem("cosineSimilarity", "random", vectors(2, 3, 4), cosine(), floor=1, **alone),
        # Of vectors shorter than epsilon PyTorch's gradient is not the slope of its value.
        problem(
            "cosineSimilarity", "epsilon", short, cosine(eps=0.5), {"epsilon": 0.5}, floor=1, reductions=[None], wrt=[]
        ),
    ]


def contrast(margin):
    """Hadsell, Chopra and LeCun 2006, equation 4, with Y = (1 - y) / 2."""

    def loss(a, b, y, reduction):
        distance = (a - b).norm(dim=-1)
        other = (1 - y) / 2
        losses = (1 - other) * distance**2 / 2 + other * torch.relu(margin - distance) ** 2 / 2
        return reduced(losses, reduction)

    return loss


def embeddings():
    triplet = lambda **options: lambda a, p, n, r: F.triplet_margin_loss(a, p, n, reduction=r, **options)
    cosine = lambda **options: lambda a, b, y, r: F.cosine_embedding_loss(a, b, y, reduction=r, **options)
    vectors = lambda count: [draw(6, 4) for _ in range(count)]
    kinds = exact(1, -1, -1, 1, -1, -1)
    same = exact([1, 2], [0, 0])
    # Of rows with equal distances the loss is at its kink; rows of zeros have no direction.
    corner = [exact([0, 0], [0, 0]), exact([3, 4], [1, 0]), exact([3, 4], [0, 2])]
    # Long, because PyTorch adds 1e-12 to the square of each length here.
    long = lambda: [16 * each for each in vectors(2)]
    across = [exact([100, 0], [200, 100]), exact([0, 300], [100, 200]), exact(-1, 1)]
    every = [0, 1, 2]
    return [
        problem("tripletMargin", "random", vectors(3), triplet(), wrt=every),
        problem("tripletMargin", "margin", vectors(3), triplet(margin=2.5), {"margin": 2.5}, wrt=every),
        problem("tripletMargin", "sums", vectors(3), triplet(p=1), {"p": 1}, wrt=every),
        problem("tripletMargin", "swap", vectors(3), triplet(swap=True), {"swap": True}, wrt=every),
        problem(
            "tripletMargin",
            "sums, swap, epsilon",
            vectors(3),
            triplet(p=1, swap=True, eps=0.25, margin=0.5),
            {"p": 1, "swap": True, "epsilon": 0.25, "margin": 0.5},
            wrt=every,
        ),
        problem("tripletMargin", "at the margin", corner, triplet(margin=0, eps=0.0), {"margin": 0, "epsilon": 0}, wrt=every),
        problem("contrastive", "random", [*vectors(2), kinds], contrast(1), wrt=[0, 1]),
        problem("contrastive", "margin", [*vectors(2), kinds], contrast(5), {"margin": 5}, wrt=[0, 1]),
        problem("contrastive", "equal vectors", [same, same, exact(1, -1)], contrast(1), wrt=[0, 1]),
        problem("cosineEmbedding", "random", [*long(), kinds], cosine(), wrt=[0, 1], floor=1),
        problem("cosineEmbedding", "margin", [*long(), kinds], cosine(margin=0.25), {"margin": 0.25}, wrt=[0, 1], floor=1),
        problem("cosineEmbedding", "at the margin", across, cosine(), wrt=[0, 1], floor=1),
    ]


def gaussian_divergence(mean, log_variance, reduction):
    model = torch.distributions.Normal(mean, (log_variance / 2).exp())
    standard = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return reduced(torch.distributions.kl_divergence(model, standard).sum(-1), reduction)


def divergences():
    divergence = lambda log: lambda q, p, r: F.kl_div(
        q, p, reduction={"batchMean": "batchmean"}.get(r, r), log_target=log
    )
    log = lambda: draw.between(-4, -0.0625, 3, 4)
    some = exact([0, 0.5, 0.5, 0], [1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25])
    batches = ["batchMean", *REDUCTIONS]
    name = "klDivergence"
    return [
        problem(name, "random", [log(), distribution(3, 4)], divergence(False), wrt=[0, 1], reductions=batches),
        problem(name, "impossible outcomes", [log(), some], divergence(False), reductions=batches),
        problem(name, "logarithms", [log(), log()], divergence(True), {"logTarget": True}, wrt=[0, 1], reductions=batches),
        problem("gaussianDivergence", "random", [draw(4, 3), draw(4, 3)], gaussian_divergence, wrt=[0, 1], floor=1),
    ]


def cases():
    collected = []
    families = (regression, binary, categorical, likelihoods, margins, distances, embeddings, divergences)
    for given in (each for family in families for each in family()):
        for reduction in given["reductions"]:
            results = differentiate(
                lambda *inputs: given["function"](*inputs, reduction),
                given["inputs"],
                draw.cotangent,
                gradients=given["wrt"],
            )
            collected.append(
                {
                    **given["described"],
                    **({"reduction": reduction} if reduction else {}),
                    "tensors": {name: tensor(each) for name, each in given["tensors"].items()},
                    "inputs": [tensor(each) for each in given["inputs"]],
                    **results,
                }
            )
    return collected
