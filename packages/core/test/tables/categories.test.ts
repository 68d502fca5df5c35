import {
  ArgumentError,
  DataLoader,
  type Encoding,
  loss,
  manualSeed,
  nn,
  optim,
  type Table,
  TableEncoder,
  type Tensor,
  Trainer,
  tableFromObjects,
} from "@versant/core";
import { describe, expect, test } from "vitest";
import { close, rowsOf, train } from "./houses.js";

describe("categories of a TableEncoder", () => {
  test("what is unknown is the mean of what is known, or shares a slot with what is rare", () => {
    const towns = ["Salem", "Salem", "Salem", "Boston", "Boston", null, "Lynn"];
    const table = tableFromObjects(towns.map((town) => ({ town })));
    const encode = (encoding: Encoding, town: string) =>
      rowsOf(
        TableEncoder.fit(table, { inputs: { town: encoding } }).encode(tableFromObjects([{ town }]))
          .features,
      ).flat();
    const mean = { as: "oneHot", unknown: "mean", missing: "slot" } as const;
    const matrix = rowsOf(
      TableEncoder.fit(table, { inputs: { town: mean } }).encode(table).features,
    );
    const known = matrix.filter((row) => row[3] === 0);
    // Boston, Lynn, Salem, missing: the means of the rows that have a town.
    close(
      [encode(mean, "Dover")],
      [
        [0, 1, 2]
          .map((at) => known.reduce((sum, row) => sum + (row[at] ?? 0), 0) / known.length)
          .concat(0),
      ],
    );
    close([encode(mean, "Dover")], [[2 / 6, 1 / 6, 3 / 6, 0]]);
    const slot = { as: "oneHot", unknown: "slot", minimumCount: 2, missing: "slot" } as const;
    expect(encode(slot, "Dover")).toEqual([0, 0, 1, 0]);
    expect(encode(slot, "Lynn")).toEqual([0, 0, 1, 0]);
    expect(encode(slot, "Boston")).toEqual([1, 0, 0, 0]);
  });

  test.each<[string, Encoding]>([
    ["mean", { as: "oneHot", unknown: "mean" }],
    ["slot", { as: "oneHot", unknown: "slot", minimumCount: 2 }],
  ])("what a model predicts for the unknown is learnt, not drawn: %s", async (_, town) => {
    const table = tableFromObjects(
      [..."aaaabbbbcd"].map((each) => ({ town: each, price: each === "a" ? 1 : 3 })),
    );
    const some = TableEncoder.fit(table, {
      inputs: { town },
      target: { price: { as: "number" } },
    });
    const unknown = some.encode(tableFromObjects([{ town: "z" }])).features as Tensor;
    const predictions: number[] = [];
    for (const seed of [1, 2, 3]) {
      manualSeed(seed);
      const model = new nn.Linear(some.featureNames.length, 1);
      const trainer = new Trainer({
        model,
        loss: loss.meanSquaredError,
        optimizer: new optim.SGD(model.parameters(), { learningRate: 0.3 }),
      });
      const batches = new DataLoader(some.dataset(table), { batchSize: 10 });
      await trainer.fit({ train: batches, epochs: 300 });
      predictions.push(model.forward(unknown).itemSync());
    }
    for (const each of predictions)
      expect(each).toBeCloseTo(town.as === "oneHot" && "minimumCount" in town ? 3 : 2.2, 2);
  });

  const fit = (inputs: Readonly<Record<string, Encoding>>, table: Table = train) =>
    TableEncoder.fit(table, { inputs });
  test.each<[string, () => unknown, RegExp]>([
    [
      "one-hot ids",
      () => {
        const ids = tableFromObjects(Array.from({ length: 40_000 }, (_, id) => ({ id: `i${id}` })));
        return fit({ id: { as: "oneHot" } }, ids);
      },
      /column "id": received 40,000 categories in 40,000 rows for "oneHot", expected fewer.*"index"/,
    ],
    [
      "numbers that were read as text",
      () => {
        const rows = Array.from({ length: 30 }, (_, x) => ({ price: `1,${100 + x}.5` }));
        return fit({ price: { as: "oneHot" } }, tableFromObjects(rows));
      },
      /30 categories in 30 rows for "oneHot", expected categories that recur.*kinds/,
    ],
    [
      "a slot that nothing teaches",
      () => fit({ town: { as: "index", unknown: "slot", missing: "slot" } }),
      /unknown "slot" with minimumCount 1, and the rarest category is met 1 times.*raise minimum/,
    ],
    [
      "categories that are all rare",
      () => fit({ town: { as: "oneHot", unknown: "slot", minimumCount: 9 } }),
      /none of 2 categories is met 9 times/,
    ],
    [
      "a count without a slot",
      () => fit({ town: { as: "oneHot", minimumCount: 2 } }),
      /minimumCount 2 and unknown "error", expected unknown "slot"/,
    ],
    [
      "a mean of indices",
      () => fit({ town: { as: "index", unknown: "mean" } }),
      /unknown "mean", expected one of "error", "slot"/,
    ],
  ])("names %s", (_, act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });
});
