"""The same program with everything in tensors in memory, without DataLoader: the fastest way to write
it that is still PyTorch as people write it. Arguments and answer are those of pytorch_book.py.
"""

import sys
import time

before_import = time.perf_counter()
import numpy
import torch
from torch import nn

from report import report

folder, threads = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()


def read(name, header):
    """The elements of an IDX file, behind its header."""
    return torch.from_numpy(numpy.fromfile(f"{folder}/MNIST/raw/{name}", dtype=numpy.uint8)[header:])


torch.set_num_threads(threads)
torch.manual_seed(42)
x = read("train-images-idx3-ubyte", 16).view(-1, 784).float().div_(255).sub_(0.5).div_(0.5)
y = read("train-labels-idx1-ubyte", 8).long()
train, validation = torch.randperm(len(x)).split([48_000, 12_000])

layers = [layer for width in (784, 40, 40, 40, 40) for layer in (nn.Linear(width, 40), nn.ReLU())]
model = nn.Sequential(*layers, nn.Linear(40, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)

train_loss = 0.0
for batch in train[torch.randperm(len(train))].split(64):
    optimizer.zero_grad(set_to_none=True)
    loss = criterion(model(x[batch]), y[batch])
    loss.backward()
    optimizer.step()
    train_loss += loss.item() * len(batch)

validation_loss, right = 0.0, 0
with torch.no_grad():
    for batch in validation.split(1000):
        scores = model(x[batch])
        validation_loss += criterion(scores, y[batch]).item() * len(batch)
        right += (scores.argmax(dim=1) == y[batch]).sum().item()

report(before_import, start, train_loss / len(train), validation_loss / len(validation), right / len(validation))
