"""One step of a workload in PyTorch."""

import itertools
import json
import statistics
import time

import numpy
import torch
from torch import nn

from .model import model_of

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamW": torch.optim.AdamW}


def cross_entropy():
    """That of whole sequences is that of all their positions."""
    loss = nn.CrossEntropyLoss()
    return lambda scores, labels: loss(scores.flatten(0, -2), labels.flatten())


LOSSES = {"mse": nn.MSELoss, "crossEntropy": cross_entropy}


def training_step(model, workload):
    loss = LOSSES[workload["loss"]]()
    optimizer = OPTIMIZERS[workload["optimizer"]](model.parameters(), lr=workload["learningRate"])

    def step(*batch):
        *inputs, labels = batch
        optimizer.zero_grad(set_to_none=True)
        value = loss(model(*inputs), labels)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def inference_step(model):
    model.eval()

    @torch.inference_mode()
    def step(x):
        return model(x).numpy()

    return step


def product_step(product):
    def step(a, b):
        a = a.t() if product["transposeA"] else a
        b = b.t() if product["transposeB"] else b
        return torch.mm(a, b).numpy()

    return step


def loaded_batches(workload, read):
    """A list of tensors for each batch; of labels and indices in the type that PyTorch wants."""
    batches = [{} for _ in range(workload["batches"])]
    for array in workload["arrays"]:
        values = read(array)
        # Embeddings also take int32, class labels do not.
        is_labels = array["key"] == "y" and array["dtype"] == "int32"
        batches[array["batch"]][array["key"]] = values.long() if is_labels else values
    for batch in batches:
        if "offsets" in batch:
            # Versant's batches have one length; what stands behind the last text is none of PyTorch's work.
            batch["x"] = batch["x"][: batch["offsets"][-1]].clone()
    return [list(batch.values()) for batch in batches]


class Workload:
    def __init__(self, path, sparse):
        with open(path) as file:
            workload = json.load(file)
        binary = path[: -len("json")] + "bin"

        def read(array):
            shape, dtype = array["shape"], numpy.dtype(array.get("dtype", "float32"))
            count = int(numpy.prod(shape))
            return torch.from_numpy(
                numpy.fromfile(binary, dtype, count, offset=array["offset"]).reshape(shape)
            )

        self.kind = workload["kind"]
        if self.kind == "product":
            self.step = product_step(workload["product"])
        else:
            values = (read(parameter) for parameter in workload["parameters"])
            model = model_of(workload["layers"], values, sparse)
            training = self.kind == "training"
            self.step = training_step(model, workload) if training else inference_step(model)
        self.batches = itertools.cycle(loaded_batches(workload, read))
        self.first = True

    def loss_of(self, result):
        """A result in one number, so that it can be compared like a loss: the mean of its squares."""
        return result if self.kind == "training" else float((result.astype("float64") ** 2).mean())

    def run(self, steps):
        losses, times = [], []
        for index, batch in enumerate(itertools.islice(self.batches, steps)):
            start = time.perf_counter_ns()
            result = self.step(*batch)
            times.append(time.perf_counter_ns() - start)
            if index < 20:
                losses.append(self.loss_of(result))
        answer = {"median": statistics.median(times) / 1000, "losses": losses}
        if self.first:
            answer["firstMs"] = times[0] / 1e6
            self.first = False
        return answer
