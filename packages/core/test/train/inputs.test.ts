import {
  ArgumentError,
  concatenate,
  DataLoader,
  loss,
  manualSeed,
  metrics,
  nn,
  optim,
  ShapeError,
  slice,
  TableEncoder,
  type Tensor,
  TensorDataset,
  Trainer,
  tableFromObjects,
  tensor,
} from "@versant/core";
import { describe, expect, test } from "vitest";

/** Rooms raise a price by 2 each, and towns by what only an embedding can learn. */
const towns = { Salem: 0, Boston: 9, Lynn: -4 };
const houses = tableFromObjects(
  Object.entries(towns).flatMap(([town, more]) =>
    [1, 2, 3, 4].map((rooms) => ({ rooms, town, price: 2 * rooms + more })),
  ),
);
const encoder = TableEncoder.fit(houses, {
  // Features come first in a sample, in whatever order the columns are named.
  inputs: { town: { as: "index" }, rooms: { as: "standard" } },
  target: { price: { as: "standard" } },
});

/** Rooms (N, 1) and towns (N, 1) to a price (N, 1). */
class Prices extends nn.Module<[features: Tensor, indices: Tensor]> {
  readonly town = new nn.Embedding(encoder.cardinalities.town ?? 0, 2);
  readonly output = new nn.Linear(encoder.featureNames.length + 2, 1);

  forward(features: Tensor, indices: Tensor): Tensor {
    const town = this.town.forward(indices.at(slice(), 0));
    return this.output.forward(concatenate([features, town], 1));
  }
}

const trainerOf = (model: nn.Module<[Tensor, Tensor]> | nn.Module) =>
  new Trainer({
    model,
    loss: loss.meanSquaredError,
    optimizer: new optim.Adam(model.parameters(), { learningRate: 0.05 }),
    metrics: [metrics.r2()],
  });

describe("a Trainer whose model takes several inputs", () => {
  test("learns from numbers and the embedding of a category, and predicts", async () => {
    manualSeed(1);
    const trainer = trainerOf(new Prices());
    const train = new DataLoader(encoder.dataset(houses), { batchSize: 4, shuffle: true, seed: 1 });
    await trainer.fit({ train, validation: train, epochs: 100 });
    const { r2 } = await trainer.evaluate(train);
    expect(r2).toBeGreaterThan(0.99);

    const { features, indices } = encoder.encode(houses.select(["town", "rooms"]));
    if (!features || !indices) throw new TypeError("no features");
    for (const batchSize of [5, 100]) {
      const prices = encoder.decode(await trainer.predict([features, indices], batchSize));
      const known = houses.column("price").values;
      expect(prices.length).toBe(known.length);
      prices.forEach((price, row) => {
        expect(Math.abs(price - (known[row] as number))).toBeLessThan(1.5);
      });
    }
  });

  test("its layers stand in a summary", () => {
    const summary = nn.summary(new Prices(), [1, 1], { shape: [1, 1], dtype: "int32" });
    expect(summary.rows.map(({ name, outputShapes }) => [name, outputShapes])).toEqual([
      ["town", [[1, 2]]],
      ["output", [[1, 1]]],
    ]);
  });

  test("refuses an input that the model does not read", async () => {
    const trainer = trainerOf(new nn.Linear(1, 1));
    const train = new DataLoader(encoder.dataset(houses), { batchSize: 4 });
    const fit = trainer.fit({ train, epochs: 1 });
    await expect(fit).rejects.toThrow(ArgumentError);
    await expect(fit).rejects.toThrow(
      /2 inputs \(4, 1\), \(4, 1\), and the answer of Linear\(1, 1\) does not depend on input 1/,
    );
  });

  test("predicts for one number of samples, at least one, of tensors", async () => {
    const trainer = trainerOf(new Prices());
    const [rooms, indices] = [tensor([[1], [2]]), tensor([[0]], { dtype: "int32" })];
    await expect(trainer.predict([rooms, indices])).rejects.toThrow(ShapeError);
    await expect(trainer.predict([rooms, indices])).rejects.toThrow(
      /\(2, 1\), \(1, 1\), expected as/,
    );
    await expect(trainer.predict([])).rejects.toThrow(/no tensor, expected at least one sample/);
    await expect(trainer.predict([rooms, 3 as never])).rejects.toThrow(
      /3 as element 1 of the inpu/,
    );
  });

  test("takes as many tensors as a transform gives", async () => {
    const columns = [
      tensor([[1], [2]]),
      tensor([[0], [1]], { dtype: "int32" }),
      tensor([[0], [1]]),
    ];
    const data = new TensorDataset(columns as [Tensor, Tensor, Tensor], {
      transform: (rooms, town, price) => [rooms.multiply(2), town, price] as const,
    });
    const scores = await trainerOf(new Prices()).evaluate(new DataLoader(data, { batchSize: 2 }));
    expect(scores.loss).toBeGreaterThan(0);
  });
});
