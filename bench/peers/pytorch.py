"""PyTorch's side of bench/step.mjs: answers one JSON line for each on standard input.

    {"load": workload}            -> {}
    {"workload": name, "steps": n} -> {"median": microseconds a step, "losses": the first 20}
"""

import json
import statistics
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
LOSSES = {"mse": nn.MSELoss, "crossEntropy": nn.CrossEntropyLoss}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def build(workload):
    modules = []
    for layer in workload["layers"]:
        linear = nn.Linear(layer["inputs"], layer["outputs"])
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer["weight"]).view_as(linear.weight))
            linear.bias.copy_(torch.tensor(layer["bias"]))
        modules += [linear, nn.ReLU()]
    model = nn.Sequential(*modules[:-1])
    loss = LOSSES[workload["loss"]]()
    optimizer = OPTIMIZERS[workload["optimizer"]](model.parameters(), lr=workload["learningRate"])
    size = workload["batchSize"]
    batches = []
    for batch in workload["batches"]:
        y = torch.tensor(batch["y"])
        batches.append((torch.tensor(batch["x"]).view(size, -1), y.view(size, 1) if workload["loss"] == "mse" else y))

    def step(x, y):
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step, batches


def run(step, batches, steps):
    losses, times = [], []
    for index in range(steps):
        x, y = batches[index % len(batches)]
        start = time.perf_counter_ns()
        losses.append(step(x, y))
        times.append(time.perf_counter_ns() - start)
    return {"median": statistics.median(times) / 1000, "losses": losses[:20]}


workloads = {}
for line in sys.stdin:
    request = json.loads(line)
    answer = {}
    if "load" in request:
        workloads[request["load"]["name"]] = build(request["load"])
    else:
        answer = run(*workloads[request["workload"]], request["steps"])
    print(json.dumps(answer), flush=True)
