import {
  ArgumentError,
  type Encoding,
  Table,
  TableEncoder,
  Tensor,
  tableFromObjects,
} from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const train = tableFromObjects([
  { rooms: 2, town: "Salem", sold: "2024-01-01", new: true, price: 10 },
  { rooms: 4, town: "Boston", sold: "2024-04-01", new: false, price: 20 },
  { rooms: null, town: "Salem", sold: "2025-07-01", new: true, price: 30 },
  { rooms: 9, town: null, sold: null, new: null, price: 60 },
]);

const all = {
  inputs: {
    rooms: { as: "standard", missing: "median", flag: true },
    town: { as: "oneHot", unknown: "slot", missing: "slot" },
    sold: { as: "date", parts: ["month", "year"], missing: "mean" },
    new: { as: "number", missing: 0.5 },
  },
  target: { price: { as: "standard" } },
} as const;

const rowsOf = (tensor: Tensor | undefined): number[][] => {
  if (!(tensor instanceof Tensor)) throw new Error("no tensor");
  const [rows = 0, width = 0] = tensor.shape;
  const data = [...tensor.dataSync()];
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
};

const close = (received: number[][], expected: number[][]): void => {
  expect(received.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  received.flat().forEach((value, at) => {
    expect(value).toBeCloseTo(expected.flat()[at] as number, 5);
  });
};

describe("TableEncoder", () => {
  const encoder = TableEncoder.fit(train, all);

  test("standardises, fills and flags by the training part alone", () => {
    // 2, 4, the median 4, 9: mean 4.75, variance 6.6875.
    const rooms = rowsOf(encoder.encode(train).features).map((row) => row.slice(0, 2));
    const scaled = (x: number) => (x - 4.75) / Math.sqrt(6.6875);
    close(rooms, [
      [scaled(2), 0],
      [scaled(4), 0],
      [scaled(4), 1],
      [scaled(9), 0],
    ]);
    const other = tableFromObjects([{ rooms: 100, town: "Lynn", sold: null, new: false }], {
      kinds: { sold: "date" },
    });
    const { features, target } = encoder.encode(other);
    close([rowsOf(features)[0]?.slice(0, 2) ?? []], [[scaled(100), 0]]);
    expect(target).toBeUndefined();
  });

  test("names features, and gives categories a place each", () => {
    expect(encoder.featureNames).toEqual([
      ...["rooms", "rooms.missing", "town=Boston", "town=Salem", "town=(unknown)"],
      ...["town=(missing)", "sold.month.sin", "sold.month.cos", "sold.year", "new"],
    ]);
    const towns = rowsOf(encoder.encode(train).features).map((row) => row.slice(2, 6));
    expect(towns).toEqual([
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ]);
    const boston = rowsOf(encoder.encode(train.filter(({ town }) => town === "Boston")).features);
    expect(boston[0]?.slice(2, 6)).toEqual([1, 0, 0, 0]);
  });

  test("puts dates on a circle", () => {
    const months = rowsOf(encoder.encode(train).features).map((row) => row.slice(6, 8));
    close(months.slice(0, 3), [
      [0, 1],
      [1, 0],
      [0, -1],
    ]);
  });

  test("decodes predictions into the unit of the target", () => {
    const target = encoder.encode(train).target as Tensor;
    expect(target.shape).toEqual([4, 1]);
    const elements = target.dataSync();
    for (const predictions of [target, elements, [...elements]]) {
      const prices = encoder.decode(predictions);
      expect(prices.length).toBe(4);
      prices.forEach((price, row) => {
        expect(price).toBeCloseTo([10, 20, 30, 60][row] as number, 4);
      });
    }
    expect(() => encoder.decode("10" as never)).toThrow(/received "10" as the predictions/);
  });

  test("gives indices for embeddings and labels for classes", () => {
    const classes = TableEncoder.fit(train.take([0, 1, 2]), {
      inputs: { town: { as: "index", unknown: "slot" }, new: { as: "index" } },
      target: { price: { as: "index" } },
    });
    expect(classes.cardinalities).toEqual({ town: 3, new: 2 });
    expect(classes.classes).toEqual(["10", "20", "30"]);
    const other = tableFromObjects([{ town: "Lynn", new: false, price: 20 }]);
    const { features, indices, target } = classes.encode(other);
    expect(features).toBeUndefined();
    expect(rowsOf(indices)).toEqual([[2, 0]]);
    expect([...(target as Tensor).dataSync()]).toEqual([1]);
    expect(classes.dataset(other).length).toBe(1);
  });

  test("does the same after a journey through JSON", () => {
    const again = TableEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
    expect(again.featureNames).toEqual(encoder.featureNames);
    expect(again.kinds).toEqual(train.kinds);
    expect(rowsOf(again.encode(train).features)).toEqual(rowsOf(encoder.encode(train).features));
    expect(again.targetScale).toEqual(encoder.targetScale);
  });

  test("features stand in one order, before and after JSON, whatever columns are called", () => {
    const column = { kind: "number", values: Float64Array.of(1, 2) } as const;
    const years = new Table(
      new Map([
        ["town", column],
        ["2019", column],
        ["2018", column],
      ]),
    );
    const some = TableEncoder.fit(years.select(["2019", "town"]), {
      inputs: { town: { as: "number" }, 2019: { as: "standard" } },
    });
    const again = TableEncoder.fromJSON(JSON.parse(JSON.stringify(some)));
    expect(again.featureNames).toEqual(some.featureNames);
    expect(rowsOf(again.encode(years).features)).toEqual(rowsOf(some.encode(years).features));
  });

  test("standardised columns have mean 0 and deviation 1, whatever they hold", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, (xs) => {
        const table = tableFromObjects(xs.map((x) => ({ x })));
        const { features } = TableEncoder.fit(table, { inputs: { x: { as: "standard" } } }).encode(
          table,
        );
        const scaled = rowsOf(features).flat();
        const mean = scaled.reduce((sum, x) => sum + x, 0) / xs.length;
        const variance = scaled.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length;
        expect(mean).toBeCloseTo(0, 3);
        // What does not vary stays at 0.
        expect(Math.min(Math.abs(variance - 1), variance)).toBeLessThan(1e-3);
      }),
      // Squares of these are no numbers any more, and these are hardly numbers themselves.
      { numRuns: 200, examples: [[[-3e-162, 0]], [[5e-324, 0]]] },
    );
  });

  const fit = (inputs: Readonly<Record<string, Encoding>>, table: Table = train) =>
    TableEncoder.fit(table, { inputs });
  test.each<[string, () => unknown, RegExp]>([
    [
      "a missing number",
      () => fit({ rooms: { as: "standard" } }),
      /column "rooms" in row 2 .*missing.*"mean"/,
    ],
    [
      "a missing date",
      () => fit({ sold: { as: "date", parts: ["year"] } }),
      /column "sold" in row 3/,
    ],
    [
      "a missing category",
      () => fit({ town: { as: "oneHot" } }).encode(train),
      /category of column "town" in row 3 .*missing: "slot"/,
    ],
    [
      "an unknown category",
      () =>
        fit({ town: { as: "index" } }).encode(
          tableFromObjects([{ town: "Salem" }, { town: "Lynn" }]),
        ),
      /category "Lynn" in column "town", row 1 .*Boston, Salem; correct.*unknown: "slot"/,
    ],
    [
      "an unsuitable encoding",
      () => fit({ town: { as: "standard" } }),
      /"town" holds values of kind category/,
    ],
    ["a date as category", () => fit({ sold: { as: "index" } }), /"sold" .* kind date/],
    [
      "an unknown encoding",
      () => fit({ town: { as: "hot" } as unknown as Encoding }),
      /"hot".*oneHot/,
    ],
    [
      "an unknown option",
      () => fit({ town: { as: "index", fill: 0 } as unknown as Encoding }),
      /column "town".*"fill"/,
    ],
    [
      "an unknown part",
      () => fit({ sold: { as: "date", parts: ["week" as "year"] } }),
      /"week" in parts.*dayOfWeek/,
    ],
    ["an unknown column", () => fit({ size: { as: "number" } }), /"size".*rooms/],
    ["no column", () => fit({}), /no column/],
    ["no row", () => fit({ rooms: { as: "number" } }, train.take([])), /no row/],
    [
      "a target among the inputs",
      () => TableEncoder.fit(train, { inputs: { price: { as: "number" } }, target: all.target }),
      /"price" is among the inputs/,
    ],
    [
      "a filled target",
      () =>
        TableEncoder.fit(train, {
          inputs: { price: { as: "number" } },
          target: { rooms: { as: "number", missing: 0 } },
        }),
      /fill.*target "rooms"/,
    ],
    [
      "a class that nothing teaches",
      () =>
        TableEncoder.fit(train, {
          inputs: { new: { as: "index", missing: "slot" } },
          target: { price: { as: "index", unknown: "slot" } },
        }),
      /unknown "slot" for the target "price"/,
    ],
    [
      "a flag that would always be 0",
      () => fit({ price: { as: "number", flag: true } }),
      /column "price": received flag without missing/,
    ],
    ["no inputs", () => TableEncoder.fit(train, {} as never), /undefined as the inputs, expected/],
    [
      "no target",
      () => TableEncoder.fit(train, { inputs: {}, target: "price" as never }),
      /"price" as the target, expected an Object/,
    ],
    [
      "predictions of classes",
      () =>
        TableEncoder.fit(train, {
          inputs: { new: { as: "index", missing: "slot" } },
          target: { price: { as: "index" } },
        }).decode([1]),
      /target "price" is categories/,
    ],
    [
      "a column of another kind",
      () => encoder.encode(tableFromObjects([{ ...train.row(0), rooms: "two" }])),
      /"rooms" holds values of kind category, expected number/,
    ],
    ["another file", () => TableEncoder.fromJSON({ format: "other" }), /format "other"/],
    [
      "a damaged file",
      () => TableEncoder.fromJSON({ ...encoder.toJSON(), inputs: { rooms: { as: "standard" } } }),
      /column "rooms" of inputs/,
    ],
  ])("names %s", (_, act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });
});
