import { ArgumentError } from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
} from "../../src/weights/safetensors.js";

const tensors: [string, StoredTensor][] = [
  ["output.bias", { dtype: "float32", shape: [2], data: Float32Array.of(1.5, -2) }],
  ["hidden.0.weight", { dtype: "float64", shape: [1, 2], data: Float64Array.of(Math.PI, 0) }],
  ["10", { dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ["9", { dtype: "int32", shape: [], data: Int32Array.of(-7) }],
  ["mask", { dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) }],
  ["empty é", { dtype: "float32", shape: [0, 4], data: new Float32Array(0) }],
];

/** A file with this text as its header, padded as the format wants it. */
function fileOf(header: string, content = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.length + content.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(content, 8 + json.length);
  return file;
}

/** A file of nothing but a header of this length, all of it spaces. */
function emptyHeader(length: number): Uint8Array {
  const file = new Uint8Array(8 + length).fill(0x20);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  return file;
}

/** A header that promises 2^64 - 1 bytes. */
const endless = new Uint8Array(16).fill(0xff);

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const entry = (begin: number, end: number, shape = [end - begin]): string =>
  JSON.stringify({ dtype: "U8", shape, data_offsets: [begin, end] });

describe("safetensors", () => {
  test("writes the bytes that the format describes", () => {
    const file = encodeSafetensors(
      new Map([["b", { dtype: "float32", shape: [2], data: Float32Array.of(1, -2) }]]),
    );
    const header = '{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.padEnd(56);
    expect(file.length).toBe(8 + 56 + 8);
    expect([...file.subarray(0, 8)]).toEqual([56, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(file.subarray(8, 64))).toBe(header);
    expect([...file.subarray(64)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  test("gives back what it was given, in the order of the names", () => {
    const decoded = decodeSafetensors(encodeSafetensors(new Map(tensors)), "test");
    expect(decoded).toEqual({ tensors: new Map(tensors), metadata: {} });
    expect([...decoded.tensors.keys()]).toEqual(tensors.map(([name]) => name).sort());
  });

  test("does not depend on the order of insertion, nor on where the data lie", () => {
    const moved = tensors.toReversed().map(([name, tensor]): [string, StoredTensor] => {
      const longer = new Float32Array([9, ...tensor.data]);
      return [name, tensor.dtype === "float32" ? { ...tensor, data: longer.subarray(1) } : tensor];
    });
    expect(encodeSafetensors(new Map(moved))).toEqual(encodeSafetensors(new Map(tensors)));
  });

  test("keeps metadata, in whatever order they are given", () => {
    const metadata = { text: '"é\n', __proto__x: "", format: "pt" };
    const file = encodeSafetensors(new Map(tensors), metadata);
    expect(decodeSafetensors(file, "test")).toEqual({ tensors: new Map(tensors), metadata });
    const reversed = Object.fromEntries(Object.entries(metadata).reverse());
    expect(encodeSafetensors(new Map(tensors), reversed)).toEqual(file);
    expect(encodeSafetensors(new Map(tensors), {})).toEqual(encodeSafetensors(new Map(tensors)));
  });

  test("reads other writers' files: metadata, unaligned tensors, a Buffer", () => {
    const header = `{"__metadata__":{"format":"pt"},"a":${entry(0, 1)},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}`;
    const file = fileOf(header, Uint8Array.of(7, 0, 0, 0x80, 0x3f));
    expect(decodeSafetensors(Buffer.from(file), "test")).toEqual({
      tensors: new Map([
        ["a", { dtype: "uint8", shape: [1], data: Uint8Array.of(7) }],
        ["b", { dtype: "float32", shape: [1], data: Float32Array.of(1) }],
      ]),
      metadata: { format: "pt" },
    });
  });

  test("reads numbers of other writers", () => {
    // 1, -2, the smallest subnormal, the largest number, infinity; then 1 and -2 as the upper half of float32.
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00);
    const brain = Uint16Array.of(0x3f80, 0xc000);
    const counts = BigInt64Array.of(-7n, 2n ** 31n - 1n);
    const content = new Uint8Array(10 + 4 + 16 + 2);
    content.set(new Uint8Array(halves.buffer));
    content.set(new Uint8Array(brain.buffer), 10);
    content.set(new Uint8Array(counts.buffer), 14);
    content.set([0xff, 0x7f], 30);
    const header = JSON.stringify({
      a: { dtype: "F16", shape: [5], data_offsets: [0, 10] },
      b: { dtype: "BF16", shape: [2, 1], data_offsets: [10, 14] },
      c: { dtype: "I64", shape: [2], data_offsets: [14, 30] },
      d: { dtype: "I8", shape: [2], data_offsets: [30, 32] },
    });
    const { tensors } = decodeSafetensors(fileOf(header, content), "test");
    expect(Object.fromEntries(tensors)).toEqual({
      a: {
        dtype: "float32",
        shape: [5],
        data: Float32Array.of(1, -2, 2 ** -24, 65504, Number.POSITIVE_INFINITY),
      },
      b: { dtype: "float32", shape: [2, 1], data: Float32Array.of(1, -2) },
      c: { dtype: "int32", shape: [2], data: Int32Array.of(-7, 2 ** 31 - 1) },
      d: { dtype: "int32", shape: [2], data: Int32Array.of(-1, 127) },
    });
    counts[1] = 2n ** 31n;
    content.set(new Uint8Array(counts.buffer), 14);
    expect(() => decodeSafetensors(fileOf(header, content), "test")).toThrow(
      'test: tensor "c" holds 2147483648, expected whole numbers that int32 has',
    );
  });

  test("takes every name for a name, and long texts for texts", () => {
    const file = fileOf(
      `{"__proto__":${entry(0, 1)},"toString":${entry(1, 2)}}`,
      new Uint8Array(2),
    );
    const { tensors } = decodeSafetensors(file, "test");
    expect([...tensors.keys()]).toEqual(["__proto__", "toString"]);
    expect(({} as { dtype?: unknown }).dtype).toBeUndefined();
    const text = '\\"{a}\\\\"'.repeat(500_000);
    const long = encodeSafetensors(tensors, { text });
    expect(decodeSafetensors(long, "test").metadata.text).toBe(text);
  });

  test("refuses what it cannot write", () => {
    const short = { dtype: "float32", shape: [3], data: new Float32Array(2) } as const;
    expect(() => encodeSafetensors(new Map([["w", short]]))).toThrow(
      '"w" has 2 elements, expected 3 for shape (3)',
    );
    const good = { dtype: "uint8", shape: [0], data: new Uint8Array(0) } as const;
    expect(() => encodeSafetensors(new Map([["__metadata__", good]]))).toThrow("reserved");
    expect(() => encodeSafetensors(new Map(), { epoch: 3 } as never)).toThrow(
      '"__metadata__" has 3 as "epoch", expected a text',
    );
  });

  const whole = encodeSafetensors(new Map(tensors));

  test("takes no file with other bytes for anything but a file or a mistake", () => {
    const place = fc.nat(whole.length - 1);
    const change = fc.tuple(place, fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), place, (changes, end) => {
        const file = whole.slice();
        for (const [at, byte] of changes) file[at] = byte;
        for (const bytes of [file, file.subarray(0, end)]) {
          try {
            for (const { shape, data } of decodeSafetensors(bytes, "test").tensors.values()) {
              expect(data).toHaveLength(shape.reduce((product, size) => product * size, 1));
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ArgumentError);
          }
        }
      }),
    );
  });

  test.each([
    ["no bytes", new Uint8Array(3), "received 3 bytes, expected a safetensors file"],
    ["truncated header", whole.subarray(0, 40), "it is truncated"],
    ["truncated tensors", whole.subarray(0, -1), "bytes of tensors, expected"],
    ["left-over bytes", Uint8Array.of(...whole, 0), "bytes of tensors, expected"],
    ["another format", new TextEncoder().encode("%PDF-1.7 and so on"), "not a safetensors file"],
    ["not JSON", fileOf("{a}"), "the header is not JSON"],
    ["not UTF-8", fileOf("").fill(0xff, 8), "the header is not JSON"],
    ["not an object", fileOf("[]"), "not a JSON object"],
    ["not an entry", fileOf('{"a":1}'), 'tensor "a" has dtype undefined, expected one of F32'],
    [
      "unknown dtype",
      fileOf(`{"a":${entry(0, 0).replace("U8", "F8")}}`),
      '"F8", expected one of F32',
    ],
    ["negative size", fileOf(`{"a":${entry(0, 1, [-1])}}`), "has shape [-1], expected a list"],
    ["no offsets", fileOf('{"a":{"dtype":"U8","shape":[]}}'), "data_offsets undefined"],
    ["backward offsets", fileOf(`{"a":${entry(1, 0, [])}}`), "data_offsets [1,0]"],
    ["wrong size", fileOf(`{"a":${entry(0, 2, [3])}}`), "has 2 bytes, expected 3 for U8"],
    [
      "overlap",
      fileOf(`{"a":${entry(0, 2)},"b":${entry(1, 3)}}`),
      '"b" starts at byte 1, expected 2',
    ],
    ["hole", fileOf(`{"a":${entry(0, 1)},"b":${entry(2, 3)}}`), '"b" starts at byte 2, expected 1'],
    [
      "metadata of no names",
      fileOf('{"__metadata__":[]}'),
      '"__metadata__" is a list of 0, expected texts',
    ],
    ["metadata of numbers", fileOf('{"__metadata__":{"a":1}}'), 'has 1 as "a", expected a text'],
    ["a name twice", fileOf(`{"a":${entry(0, 0)},"\\u0061":${entry(0, 0)}}`), '"a" occurs twice'],
    ["a header beyond all files", endless, "header length of 18446744073709551615 in a file of 16"],
    ["a header of 100 MB", emptyHeader(100_000_001), "expected at most 100000000"],
    ["deep metadata", fileOf(`{"__metadata__":${nested(200_000)}}`), "a list of 1, expected texts"],
    [
      "deep shape",
      fileOf(`{"a":{"dtype":"U8","shape":${nested(200_000)}}}`),
      "has shape a list of 1, expected a list",
    ],
    ["deep dtype", fileOf(`{"a":{"dtype":${nested(200_000)}}}`), "has dtype a list of 1"],
    ["a hundred sizes", fileOf(`{"a":${entry(0, 1, Array(100).fill(1))}}`), "at most 64 sizes"],
    [
      "a shape beyond 2^53",
      fileOf(`{"a":${entry(0, 1, [2 ** 32, 2 ** 32])}}`),
      "has 1 bytes, expected 18446744073709552000 for U8",
    ],
    ["offsets beyond 2^53", fileOf(`{"a":${entry(0, 2 ** 60, [])}}`), "data_offsets [0,1152921"],
    [
      "a name of every object",
      fileOf('{"__proto__":{"dtype":"U9"}}'),
      '"__proto__" has dtype "U9"',
    ],
    [
      "a list as metadata's prototype",
      fileOf('{"__metadata__":{"__proto__":[]}}'),
      'has a list of 0 as "__proto__"',
    ],
    ["a key twice", fileOf('{"a":{"dtype":"U8","dtype":"U8"}}'), '"dtype" occurs twice'],
  ])("refuses a malformed file: %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(ArgumentError);
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(/^model\.safetensors: /);
  });
});
