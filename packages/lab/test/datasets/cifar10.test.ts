import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "@versant/core";
import { beforeEach, describe, expect, test } from "vitest";
import { cifar10, cifar10Classes } from "../../src/datasets/cifar10.js";
import { temporaryFolder } from "../loading/temporary.js";

const folder = temporaryFolder();
const file = (name: string): string => join(folder.path, name);

/** Pictures with these labels; all bytes of one are ten times its label. */
const records = (labels: readonly number[]): Buffer =>
  Buffer.concat(labels.map((label) => Buffer.of(label, ...new Array(3072).fill(10 * label))));

beforeEach(() => {
  for (const part of [1, 2, 3, 4, 5]) {
    writeFileSync(file(`data_batch_${part}.bin`), records([part, 9 - part]));
  }
  writeFileSync(file("test_batch.bin"), records([7]));
});

describe("cifar10", () => {
  test("reads pictures and labels of all files, in order", () => {
    const { train, test: kept } = cifar10({ folder: folder.path });
    expect(train.images.shape).toEqual([10, 3, 32, 32]);
    expect(train.images.dtype).toBe("uint8");
    expect([...train.labels.dataSync()]).toEqual([1, 8, 2, 7, 3, 6, 4, 5, 5, 4]);
    const bytes = train.images.dataSync();
    expect([bytes[0], bytes[3071], bytes[3072], bytes[9 * 3072]]).toEqual([10, 10, 80, 40]);
    expect(kept.images.shape).toEqual([1, 3, 32, 32]);
    expect(cifar10Classes).toHaveLength(10);
  });

  test.each([
    ["a missing file", () => rmSync(file("data_batch_3.bin")), /data_batch_3\.bin \(ENOENT\)/],
    [
      "a truncated file",
      () => truncateSync(file("test_batch.bin"), 3000),
      /test_batch\.bin: received 3000 bytes, expected a multiple of 3073/,
    ],
    ["an empty file", () => truncateSync(file("data_batch_1.bin"), 0), /received 0 bytes/],
    [
      "a label of another set",
      () => writeFileSync(file("data_batch_2.bin"), records([3, 10])),
      /data_batch_2\.bin: record 1 has label 10, expected 0 to 9/,
    ],
  ])("names %s", (_, spoil, message) => {
    spoil();
    expect(() => cifar10({ folder: folder.path })).toThrow(ArgumentError);
    expect(() => cifar10({ folder: folder.path })).toThrow(message);
  });

  test("says that no package brings the files", () => {
    expect(() => cifar10({} as never)).toThrow(/received folder undefined.*no package brings them/);
  });
});
