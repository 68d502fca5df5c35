import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ArgumentError } from "@versant/core";
import { describe, expect, test } from "vitest";
import { fashionClasses, fashionMnist } from "../../src/datasets/fashionMnist.js";
import { temporaryFolder } from "../loading/temporary.js";

const folder = temporaryFolder();

/** An IDX file of these sizes, whose bytes count up. */
function idx(shape: readonly number[]): Buffer {
  const header = Buffer.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size])]);
  const size = shape.reduce((product, each) => product * each, 1);
  return Buffer.concat([header, Buffer.from(Array.from({ length: size }, (_, i) => i % 251))]);
}

function writeAll(): void {
  for (const [part, count] of [
    ["train", 3],
    ["t10k", 2],
  ] as const) {
    const images = join(folder.path, `${part}-images-idx3-ubyte.gz`);
    writeFileSync(images, gzipSync(idx([count, 28, 28])));
    // Both ways of storing a file are read.
    writeFileSync(join(folder.path, `${part}-labels-idx1-ubyte`), idx([count]));
  }
}

describe("fashionMnist", () => {
  test("reads files that are compressed, and those that are not", () => {
    writeAll();
    const { train, test: kept } = fashionMnist({ folder: folder.path });
    expect(train.images.shape).toEqual([3, 784]);
    expect([...train.labels.dataSync()]).toEqual([0, 1, 2]);
    expect(kept.images.dataSync()[785]).toBe(785 % 251);
    expect(fashionClasses).toHaveLength(10);
  });

  test("says how to get the files when there are none", () => {
    const missing = join(folder.path, "none");
    expect(() => fashionMnist({ folder: missing })).toThrow(ArgumentError);
    expect(() => fashionMnist({ folder: missing })).toThrow("apt install dataset-fashion-mnist");
    expect(() => fashionMnist({ folder: folder.path })).toThrow(
      /cannot read .*train-images-idx3-ubyte \(ENOENT\).*apt install dataset-fashion-mnist/,
    );
  });

  test("names a file that is truncated", () => {
    writeAll();
    truncateSync(join(folder.path, "t10k-images-idx3-ubyte.gz"), 40);
    expect(() => fashionMnist({ folder: folder.path })).toThrow(
      /t10k-images-idx3-ubyte\.gz: cannot be decompressed/,
    );
  });
});
