import {
  ArgumentError,
  type Encoding,
  type Table,
  TableEncoder,
  type Tensor,
  tableFromObjects,
} from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { all, close, rowsOf, train } from "./houses.js";

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
      ...["rooms", "rooms.missing", "town=Boston", "town=Salem"],
      ...["town=(missing)", "sold.month.sin", "sold.month.cos", "sold.year", "new"],
    ]);
    const towns = rowsOf(encoder.encode(train).features).map((row) => row.slice(2, 5));
    expect(towns).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const boston = rowsOf(encoder.encode(train.filter(({ town }) => town === "Boston")).features);
    expect(boston[0]?.slice(2, 5)).toEqual([1, 0, 0]);
  });

  test("puts dates on a circle", () => {
    const months = rowsOf(encoder.encode(train).features).map((row) => row.slice(5, 7));
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
      inputs: { town: { as: "index", unknown: "slot", minimumCount: 2 }, new: { as: "index" } },
      target: { price: { as: "index" } },
    });
    expect(classes.cardinalities).toEqual({ town: 2, new: 2 });
    expect(classes.classes).toEqual(["10", "20", "30"]);
    const other = tableFromObjects([{ town: "Lynn", new: false, price: 20 }]);
    const { features, indices, target } = classes.encode(other);
    expect(features).toBeUndefined();
    expect(rowsOf(indices)).toEqual([[1, 0]]);
    expect([...(target as Tensor).dataSync()]).toEqual([1]);
    expect(classes.dataset(other).length).toBe(1);
  });

  test("reads files without the target by the kinds of the inputs", () => {
    expect(encoder.kinds).toEqual({ ...encoder.inputKinds, price: "number" });
    const rows = [{ rooms: "3", town: "1", sold: null, new: "true" }];
    const houses = tableFromObjects(rows, { kinds: encoder.inputKinds });
    expect(encoder.encode(houses).features?.shape).toEqual([1, encoder.featureNames.length]);
    expect(() => tableFromObjects(rows, { kinds: encoder.kinds })).toThrow(
      /kinds names a column that is not there, "price", expected .*rooms.*inputKinds/,
    );
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
      /^TableEncoder.fit: the value of column "rooms", row 2 .*missing.*"mean"/,
    ],
    [
      "a missing date",
      () => fit({ sold: { as: "date", parts: ["year"] } }),
      /column "sold", row 3/,
    ],
    [
      "a missing category",
      () => fit({ town: { as: "oneHot" } }).encode(train),
      /^TableEncoder.encode: the value of column "town", row 3 .*missing: "slot"/,
    ],
    [
      "an unknown category",
      () =>
        fit({ town: { as: "index" } }).encode(
          tableFromObjects([{ town: "Salem" }, { town: "Lynn" }]),
        ),
      /category "Lynn" in column "town", row 1 .*Boston, Salem; correct.*unknown "slot"/,
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
    [
      "a fill that is no date",
      () => fit({ sold: { as: "date", parts: ["year"], missing: 1e300 } }),
      /column "sold": received missing 1e\+300, expected milliseconds from/,
    ],
    [
      "an encoding that every object has",
      () => fit({ rooms: { as: "constructor" } as unknown as Encoding }),
      /"constructor" as encoding of column "rooms", expected { as } among number/,
    ],
    ["nothing for inputs", () => fit(null as never), /null as the inputs, expected a plain object/],
    [
      "a list of inputs",
      () => fit(["rooms"] as never),
      /a list of 1 as the inputs, expected a plain object; { rooms/,
    ],
    [
      "a column that is not there",
      () => encoder.encode(train.select(["rooms", "town"])),
      /^TableEncoder.encode: the table has no column "sold", expected.*it has rooms, town\./,
    ],
    [
      "a missing target",
      () =>
        TableEncoder.fit(train, {
          inputs: { price: { as: "number" } },
          target: { rooms: { as: "standard" } },
        }),
      /"rooms", row 2 .*missing; leave such rows out: table.filter\(\(row\) => row.rooms !== null\)/,
    ],
    [
      "a class that is not known",
      () =>
        TableEncoder.fit(train, {
          inputs: { price: { as: "number" } },
          target: { new: { as: "index" } },
        }).encode(train),
      /column "new", row 3 .*is missing; leave such rows out: .*row.new !== null/,
    ],
    [
      "numbers whose sum is infinite",
      () => {
        const large = [1e308, 1.5e308, 1.7e308].map((x) => ({ x }));
        return fit({ x: { as: "standard" } }, tableFromObjects(large));
      },
      /^TableEncoder.fit: the numbers of column "x" are too large for a mean/,
    ],
    [
      "a feature that float32 does not hold",
      () => {
        const table = tableFromObjects([{ x: 1 }, { x: 1e39 }]);
        return fit({ x: { as: "number" } }, table).encode(table);
      },
      /received 1e\+39 in column "x", row 1 .*expected one that float32 holds/,
    ],
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
      /"price" as the target, expected a plain object/,
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
