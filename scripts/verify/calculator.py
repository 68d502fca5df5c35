"""The calculator experiment in PyTorch, over 30 seeds: what Versant's must not be worse than.

Pairs of integers 0..100, their sum over 200; 10,000 samples, 80/20 split, batches of 64,
2-16-16-16-1 with ReLU, SGD at 0.1, 10 epochs; tested on 2,000 fresh pairs, in units of the sum.
Batches are slices of tensors in memory, which is the mathematics of a shuffling DataLoader.

    python3 -B scripts/verify/calculator.py > packages/core/test/fixtures/calculator-pytorch.json
"""

import json

import numpy as np
import torch
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

SEEDS = range(30)
SAMPLES, TEST_SAMPLES, LARGEST = 10_000, 2_000, 100
HIDDEN, BATCH_SIZE, LEARNING_RATE, EPOCHS = 16, 64, 0.1, 10


def pairs(count):
    x = np.random.randint(0, LARGEST + 1, (count, 2))
    return x / LARGEST, x.sum(axis=1) / (2 * LARGEST)


def train(seed):
    np.random.seed(seed)
    torch.manual_seed(seed)
    x, y = pairs(SAMPLES)
    x, _, y, _ = train_test_split(x, y, test_size=0.2, random_state=seed)
    x = torch.tensor(x, dtype=torch.float32)
    y = torch.tensor(y, dtype=torch.float32)

    sizes = [2, HIDDEN, HIDDEN, HIDDEN]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(HIDDEN, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    loss = torch.nn.MSELoss()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH_SIZE):
            optimizer.zero_grad()
            loss(model(x[batch]).view(-1), y[batch]).backward()
            optimizer.step()
    return model


def test(model):
    x, y = pairs(TEST_SAMPLES)
    with torch.no_grad():
        prediction = model(torch.tensor(x, dtype=torch.float32)).view(-1).double().numpy()
    truth, prediction = y * 2 * LARGEST, prediction * 2 * LARGEST
    return {
        "mse": mean_squared_error(truth, prediction),
        "mae": mean_absolute_error(truth, prediction),
        "r2": r2_score(truth, prediction),
    }


torch.set_num_threads(1)
scores = [{"seed": seed, **test(train(seed))} for seed in SEEDS]
rows = ",\n    ".join(json.dumps(row) for row in scores)
print(f'{{\n  "source": "PyTorch {torch.__version__}",\n  "scores": [\n    {rows}\n  ]\n}}')
