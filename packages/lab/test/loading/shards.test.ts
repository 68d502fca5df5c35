import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  ArgumentError,
  loss,
  nn,
  optim,
  StreamLoader,
  type StreamSource,
  Trainer,
} from "@versant/core";
import { describe, expect, test } from "vitest";
import { shards } from "../../src/loading/shards.js";
import { writeShards } from "../../src/loading/writeShards.js";
import { encodeSafetensors, type StoredTensor } from "../../src/weights/safetensors.js";
import { temporaryFolder } from "./temporary.js";

const folder = temporaryFolder();
const columns = ["image", "label"];

/** Sample i is a 2 x 3 image of i, i + 1, ... and the label i. */
const counting = (samples: number): StreamSource => ({
  columns: [
    { name: "image", shape: [2, 3], dtype: "uint8" },
    { name: "label", shape: [], dtype: "int32" },
  ],
  async *read() {
    for (let index = 0; index < samples; index++) {
      yield [Uint8Array.from({ length: 6 }, (_, place) => index + place), Int32Array.of(index)];
    }
  },
});

async function labelsOf(source: StreamSource, epoch = 0): Promise<number[]> {
  const labels: number[] = [];
  for await (const [images, numbers] of source.read(epoch)) {
    for (const [index, label] of (numbers ?? []).entries()) {
      expect([...(images?.subarray(6 * index, 6 * index + 6) ?? [])]).toEqual(
        [0, 1, 2, 3, 4, 5].map((place) => label + place),
      );
      labels.push(label);
    }
  }
  return labels;
}

describe("shards", () => {
  test.each([1, 40, 2 ** 20])("gives what was written, %d bytes at a time", async (stretch) => {
    expect(await writeShards(folder.path, counting(25), { samples: 10 })).toBe(25);
    const source = shards(folder.path, { columns, stretch });
    expect(source.samples).toBe(25);
    expect(source.columns).toEqual(counting(0).columns);
    expect(await labelsOf(source)).toEqual(Array.from({ length: 25 }, (_, index) => index));
  });

  test("takes shards in an order that seed and epoch decide", async () => {
    await writeShards(folder.path, counting(24), { samples: 2 });
    const source = shards(folder.path, { columns, shuffle: true, seed: 5 });
    const first = await labelsOf(source, 0);
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(await labelsOf(source, 0)).toEqual(first);
    expect(await labelsOf(source, 1)).not.toEqual(first);
    // Within a shard samples stay together.
    expect(first.filter((_, place) => place % 2 === 0).every((label) => label % 2 === 0)).toBe(
      true,
    );
  });

  test("reads a set in a small part of the memory that it would fill", async () => {
    const [shardsOfSet, samples, width] = [8, 16_384, 1024];
    for (let shard = 0; shard < shardsOfSet; shard++) {
      // Zeros that no disk has to hold: what is read takes memory all the same.
      const file = join(folder.path, `zeros-${shard}.safetensors`);
      const entry = {
        dtype: "F32",
        shape: [samples, width],
        data_offsets: [0, 4 * samples * width],
      };
      const header = Buffer.from(JSON.stringify({ x: entry }));
      const length = Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer);
      writeFileSync(file, Buffer.concat([length, header]));
      truncateSync(file, 8 + header.length + 4 * samples * width);
    }
    const program = fileURLToPath(new URL("../fixtures/loading/resident.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder.path]);
    const read = JSON.parse(stdout) as { samples: number; resident: number };
    expect(read.samples).toBe(shardsOfSet * samples);
    // 537 MB of numbers; the process has some 100 MB before it reads the first.
    expect(read.resident).toBeLessThan((4 * shardsOfSet * samples * width) / 2);
  });

  test("trains a model through a buffer of a tenth of the set, to the same weights", async () => {
    const points: StreamSource = {
      columns: ["x", "y"].map((name) => ({ name, shape: [1], dtype: "float32" })),
      async *read() {
        const x = Float32Array.from({ length: 2000 }, (_, index) => ((index * 37) % 100) / 50 - 1);
        yield [x, x.map((each) => 3 * each - 2)];
      },
    };
    await writeShards(folder.path, points, { samples: 100 });
    const source = shards(folder.path, { columns: ["x", "y"], shuffle: true, stretch: 200 });
    const model = new nn.Linear(1, 1);
    const optimizer = new optim.SGD(model.parameters(), { learningRate: 0.1 });
    const trainer = new Trainer({ model, optimizer, loss: loss.mse });
    const train = new StreamLoader(source, { batchSize: 16, shuffleBuffer: 200 });
    await trainer.fit({ train, epochs: 2 });
    const weights = model.parameters().flatMap((parameter) => [...parameter.dataSync()]);
    expect(weights[0]).toBeCloseTo(3, 3);
    expect(weights[1]).toBeCloseTo(-2, 3);
  });

  const path = (): string => join(folder.path, "shard-00001.safetensors");
  const write = (shape: readonly number[], labels: number): void => {
    const size = shape.reduce((product, each) => product * each, 1);
    const image = { dtype: "uint8", shape, data: new Uint8Array(size) } as const;
    const label = { dtype: "int32", shape: [labels], data: new Int32Array(labels) } as const;
    const tensors = new Map<string, StoredTensor>(Object.entries({ image, label }));
    writeFileSync(path(), encodeSafetensors(tensors));
  };

  test.each<[string, () => void, RegExp]>([
    [
      "a truncated shard",
      () => truncateSync(path(), statSync(path()).size - 7),
      /shard-00001\.safetensors: received .* bytes of tensors, expected .*; fetch the file again/,
    ],
    [
      "a header that would fill the memory",
      () => {
        writeFileSync(path(), Buffer.from(BigUint64Array.of(200_000_000n).buffer));
        truncateSync(path(), 300_000_000);
      },
      /shard-00001.*received a header of 200000000 bytes, expected at most 100000000/,
    ],
    ["an empty file", () => truncateSync(path(), 0), /shard-00001.*received 0 bytes/],
    ["labels that do not match", () => write([4, 2, 3], 5), /shard-00001.*image 4, label 5/],
    [
      "images of another size",
      () => write([4, 3, 3], 4),
      /"image" are uint8 \(3, 3\), expected uint8 \(2, 3\)/,
    ],
  ])("names %s", async (_, spoil, message) => {
    await writeShards(folder.path, counting(25), { samples: 10 });
    spoil();
    expect(() => shards(folder.path, { columns })).toThrow(ArgumentError);
    expect(() => shards(folder.path, { columns })).toThrow(message);
  });

  test("names a shard that is shortened while it is read", async () => {
    await writeShards(folder.path, counting(25), { samples: 25 });
    const source = shards(folder.path, { columns, stretch: 1 });
    truncateSync(join(folder.path, "shard-00000.safetensors"), 300);
    await expect(labelsOf(source)).rejects.toThrow(/shard-00000.*was shortened while it was read/);
  });

  test("refuses an empty folder, a missing one and a missing column", async () => {
    expect(() => shards(folder.path, { columns })).toThrow(/holds no \.safetensors file/);
    expect(() => shards(join(folder.path, "none"), { columns })).toThrow(/cannot read .*ENOENT/);
    expect(() => shards(folder.path, { columns: [] })).toThrow(/a list of names/);
    await writeShards(folder.path, counting(3), { samples: 3 });
    expect(() => shards(folder.path, { columns: ["picture"] })).toThrow(
      /there is no tensor "picture".*the file has image, label/,
    );
    await expect(writeShards(folder.path, counting(3), { samples: 3 })).rejects.toThrow(
      /holds shard-00000\.safetensors, expected no shards/,
    );
  });

  test("leaves nothing of a source that fails", async () => {
    const failing: StreamSource = {
      ...counting(9),
      async *read(epoch) {
        yield* counting(9).read(epoch);
        throw new Error("the disk is gone");
      },
    };
    await expect(writeShards(folder.path, failing, { samples: 2 })).rejects.toThrow("disk is gone");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("refuses a set that was not written to its end", async () => {
    await writeShards(folder.path, counting(9), { samples: 2 });
    writeFileSync(join(folder.path, "4.safetensors.part"), "");
    expect(() => shards(folder.path, { columns })).toThrow(ArgumentError);
    expect(() => shards(folder.path, { columns })).toThrow(/holds 4\.safetensors\.part.*again/);
    const again = writeShards(folder.path, counting(9), { samples: 2 });
    await expect(again).rejects.toThrow(/expected no shards/);
  });

  test("refuses a seed that is none", async () => {
    await writeShards(folder.path, counting(3), { samples: 3 });
    expect(() => shards(folder.path, { columns, seed: Number.NaN })).toThrow(
      /^shards: received seed NaN/,
    );
  });

  test("makes a folder that is missing", async () => {
    mkdirSync(join(folder.path, "a"));
    expect(await writeShards(join(folder.path, "a/b"), counting(3), { samples: 2 })).toBe(3);
  });
});
