import { TensorDataset, tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import { checkLeaks } from "../../src/honesty/inspectData.js";
import { KeyMaker } from "../../src/honesty/keyMaker.js";
import { keysOf } from "../../src/honesty/rowKeys.js";

describe("KeyMaker", () => {
  test("gives the same keys in the same order, in this thread and in another", async () => {
    const maker = new KeyMaker();
    const rows = new Uint8Array(2 ** 20);
    const made: (Uint8Array | Promise<Uint8Array>)[] = [];
    const expected: Uint8Array[] = [];
    for (let chunk = 0; chunk < 12; chunk++) {
      // Memory that is given back has to fit chunks of other lengths.
      const some = rows.subarray(0, rows.length - 4096 * (chunk % 3)).fill(chunk);
      some[chunk] = 255;
      expected.push(keysOf(some, some.length / 4096));
      made.push(maker.keys(some, some.length / 4096));
    }
    expect(made[0]).toBeInstanceOf(Uint8Array);
    expect(made.at(-1)).toBeInstanceOf(Promise);
    for (const [chunk, keys] of (await Promise.all(made)).entries()) {
      expect(Buffer.compare(keys, expected[chunk] ?? keys.subarray(1))).toBe(0);
    }
    await maker.close();
  });

  test("a leak among many rows is found and named", async () => {
    const values = Float32Array.from({ length: 3000 * 1000 }, (_, index) => index % 1_234_567);
    const train = new TensorDataset([
      tensor(values, { shape: [3000, 1000] }),
      tensor(new Int32Array(3000)),
    ]);
    const own = tensor(new Float32Array(1000).fill(-1), { shape: [1, 1000] });
    const planted = tensor(values.slice(2_990_000, 2_991_000), { shape: [1, 1000] });
    const held = new TensorDataset([
      tensor(Float32Array.from([...(await own.data()), ...(await planted.data())]), {
        shape: [2, 1000],
      }),
      tensor(new Int32Array(2)),
    ]);
    const { pairs } = await checkLeaks({ train, test: held });
    expect(pairs).toEqual([{ part: "test", row: 1, equals: { part: "train", row: 2990 } }]);
  });
});
