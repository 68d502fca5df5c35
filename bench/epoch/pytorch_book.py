"""The book's MNIST program with PyTorch as the book writes it, for one epoch: torchvision's data set
and transforms, image by image, and DataLoader. Prints one JSON line, as versant.mjs.

    pytorch_book.py FOLDER THREADS     FOLDER holds MNIST/raw with the four files
"""

import sys
import time

before_import = time.perf_counter()
import torch
from torch import nn
from torch.utils.data import DataLoader, random_split
from torchvision import datasets, transforms

from report import report

folder, threads = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()

torch.set_num_threads(threads)
torch.manual_seed(42)
transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
digits = datasets.MNIST(folder, train=True, transform=transform)
train, validation = random_split(digits, [48_000, 12_000])
train_loader = DataLoader(train, batch_size=64, shuffle=True)
validation_loader = DataLoader(validation, batch_size=64)

layers = [layer for width in (784, 40, 40, 40, 40) for layer in (nn.Linear(width, 40), nn.ReLU())]
model = nn.Sequential(nn.Flatten(), *layers, nn.Linear(40, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)

train_loss = 0.0
model.train()
for images, labels in train_loader:
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    train_loss += loss.item() * len(labels)

validation_loss, right = 0.0, 0
model.eval()
with torch.no_grad():
    for images, labels in validation_loader:
        scores = model(images)
        validation_loss += criterion(scores, labels).item() * len(labels)
        right += (scores.argmax(dim=1) == labels).sum().item()

report(before_import, start, train_loss / len(train), validation_loss / len(validation), right / len(validation))
