"""Scores of random predictions, by scikit-learn.

Probabilities are counts divided by a power of two, so that rows sum to exactly 1, and with few counts
many of them tie. Some classes have no sample, some are never predicted, some sets hold one class only.
Of regressions some have several numbers a sample, around places far from each other.
"""

import warnings

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn import metrics
from sklearn.calibration import calibration_curve

from .encode import number

CLASSIFICATIONS, REGRESSIONS, SEVERAL = 36, 14, 6
AVERAGES = ["macro", "micro", "weighted"]


def per_class(function, labels, predicted, classes):
    """Of every class and of the averages."""
    options = {"zero_division": 0}
    scores = {each: function(labels, predicted, average=each, **options) for each in AVERAGES}
    scores["perClass"] = function(labels, predicted, labels=range(classes), average=None, **options)
    return {name: encode(value) for name, value in scores.items()}


def encode(value):
    return [number(each) for each in value.tolist()] if isinstance(value, np.ndarray) else number(float(value))


def rows(values):
    """One number of each sample, or a list of them."""
    return [encode(each) for each in values]


def roc_auc(positive, scores):
    """Not defined where there is one class only: scikit-learn refuses it."""
    return metrics.roc_auc_score(positive, scores) if 0 < positive.sum() < len(positive) else np.nan


def multi_class_roc_auc(labels, probabilities, classes):
    if len(np.unique(labels)) < classes:
        return np.nan
    if classes == 2:
        return metrics.roc_auc_score(labels, probabilities[:, 1])
    return metrics.roc_auc_score(labels, probabilities, multi_class="ovr", average="macro")


def calibration_error(labels, probabilities, bins):
    confidence = probabilities.max(1)
    correct = probabilities.argmax(1) == labels
    accuracy, mean = calibration_curve(correct, confidence, n_bins=bins, pos_label=True)
    where = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    counts = np.bincount(where, minlength=bins)
    counts = counts[counts > 0]
    return (counts * np.abs(accuracy - mean)).sum() / len(labels)


def brier(labels, probabilities, one_hot):
    """scikit-learn 1.2 has it of two classes only."""
    if probabilities.shape[1] == 2:
        return metrics.brier_score_loss(labels, probabilities[:, 1], pos_label=1)
    return ((probabilities - one_hot) ** 2).sum(1).mean()


def temperature(labels, probabilities):
    """The minimum of the log loss over log T; none where it lies at an end."""
    scores = np.log(np.maximum(probabilities, 2.0**-52))
    rows = np.arange(len(labels))
    end = np.log(100)

    def loss(log_temperature):
        return -log_softmax(scores / np.exp(log_temperature), axis=1)[rows, labels].mean()

    # Far from 1 the loss is flat, and has to be found where it bends.
    grid = np.linspace(-end, end, 401)
    best = grid[np.argmin([loss(each) for each in grid])]
    if abs(best) > end - 0.03:
        return np.nan
    bounds = (best - 0.03, best + 0.03)
    return np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)


def classification(stream, index):
    classes = [2, 3, 4, 6][index % 4]
    samples = [1, 3, 8, 20, 45][index % 5]
    resolution = [4, 16, 1024][index % 3]
    present = stream.permutation(classes)[: [classes, classes, max(1, classes - 1), 1][index // 4 % 4]]
    labels = stream.choice(present, samples)
    # Some that know something: the label has a larger share.
    shares = np.full((samples, classes), 1.0)
    shares[np.arange(samples), labels] += [0, 1, 4][index % 3]
    if index % 7 == 3:
        # A class that is never predicted.
        shares[:, 0] = 0
    shares /= shares.sum(1, keepdims=True)
    counts = np.stack([stream.multinomial(resolution, row) for row in shares])
    probabilities = counts / resolution
    predicted = probabilities.argmax(1)
    every = range(classes)
    one_hot = labels[:, None] == np.arange(classes)
    log_loss = metrics.log_loss(labels, probabilities, labels=every)
    return {
        "task": "classification",
        "classes": classes,
        "resolution": resolution,
        "counts": counts.tolist(),
        "labels": labels.tolist(),
        "expected": {
            "confusion": metrics.confusion_matrix(labels, predicted, labels=every).flatten().tolist(),
            "accuracy": encode(metrics.accuracy_score(labels, predicted)),
            "precision": per_class(metrics.precision_score, labels, predicted, classes),
            "recall": per_class(metrics.recall_score, labels, predicted, classes),
            "f1": per_class(metrics.f1_score, labels, predicted, classes),
            "topK": [
                encode(metrics.top_k_accuracy_score(labels, probabilities, k=k, labels=every))
                for k in range(1, classes)
            ]
            if classes > 2
            else [],
            "rocAuc": encode(multi_class_roc_auc(labels, probabilities, classes)),
            "rocAucPerClass": [encode(roc_auc(one_hot[:, c], probabilities[:, c])) for c in every],
            "averagePrecisionPerClass": [
                encode(metrics.average_precision_score(one_hot[:, c], probabilities[:, c])) for c in every
            ],
            "logLoss": encode(log_loss),
            "perplexity": encode(np.exp(log_loss)),
            "brierScore": encode(brier(labels, probabilities, one_hot)),
            "temperature": encode(temperature(labels, probabilities)),
            "calibrationError": {
                str(bins): encode(calibration_error(labels, probabilities, bins)) for bins in (1, 4, 15)
            },
        },
    }


def regression(stream, index):
    samples = [2, 3, 10, 40][index % 4]
    scale, offset = [(1, 0), (100, 0), (1, 1000), (1 / 64, 1)][index // 4 % 4]
    target = stream.randint(-256, 257, samples) / 256 * scale + offset
    error = stream.randint(-256, 257, samples) / 256 * scale * [0.125, 1, 4][index % 3]
    if index == 5:
        # The truth.
        error[:] = 0
    if index == 6:
        # A relative error that divides by next to nothing.
        target[0] = 0
    return regression_scores(target, target + error, offset)


def regression_of_several(stream, index):
    """Numbers that vary by little, around an offset of their own; each is known differently well."""
    samples, width = [2, 5, 30][index % 3], [2, 3][index % 2]
    offsets = np.array([0, 1000, -300])[:width]
    target = stream.randint(-256, 257, (samples, width)) / 256 + offsets
    error = stream.randint(-256, 257, (samples, width)) / 256 * np.array([0.125, 1, 0.5])[:width]
    return regression_scores(target, target + error, offsets)


def regression_scores(target, prediction, reference):
    mse = metrics.mean_squared_error(target, prediction)
    return {
        "task": "regression",
        "predictions": rows(prediction),
        "targets": rows(target),
        "reference": np.asarray(reference).tolist(),
        "expected": {
            "meanSquaredError": encode(mse),
            # The root of the mean over all numbers: of several, `squared=False` is a mean of roots.
            "rootMeanSquaredError": encode(np.sqrt(mse)),
            "meanAbsoluteError": encode(metrics.mean_absolute_error(target, prediction)),
            "meanAbsolutePercentageError": encode(metrics.mean_absolute_percentage_error(target, prediction)),
            "r2": encode(metrics.r2_score(target, prediction)),
        },
    }


def cases():
    stream = np.random.RandomState(17)
    # It warns of absent classes, which are the point.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            *(classification(stream, index) for index in range(CLASSIFICATIONS)),
            *(regression(stream, index) for index in range(REGRESSIONS)),
            *(regression_of_several(stream, index) for index in range(SEVERAL)),
        ]
