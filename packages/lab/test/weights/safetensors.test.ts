import { ArgumentError } from "@versant/core";
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
    ["unknown dtype", fileOf(`{"a":${entry(0, 0).replace("U8", "F16")}}`), "F16"],
    ["negative size", fileOf(`{"a":${entry(0, 1, [-1])}}`), "has shape [-1], expected a list"],
    ["no offsets", fileOf('{"a":{"dtype":"U8","shape":[]}}'), "data_offsets undefined"],
    ["backward offsets", fileOf(`{"a":${entry(1, 0, [])}}`), "data_offsets [1,0]"],
    ["wrong size", fileOf(`{"a":${entry(0, 2, [3])}}`), "has 2 bytes, expected 3 for uint8"],
    [
      "overlap",
      fileOf(`{"a":${entry(0, 2)},"b":${entry(1, 3)}}`),
      '"b" starts at byte 1, expected 2',
    ],
    ["hole", fileOf(`{"a":${entry(0, 1)},"b":${entry(2, 3)}}`), '"b" starts at byte 2, expected 1'],
    ["metadata of no names", fileOf('{"__metadata__":[]}'), '"__metadata__" is [], expected texts'],
    ["metadata of numbers", fileOf('{"__metadata__":{"a":1}}'), 'has 1 as "a", expected a text'],
    ["a name twice", fileOf(`{"a":${entry(0, 0)},"\\u0061":${entry(0, 0)}}`), '"a" occurs twice'],
    ["a key twice", fileOf('{"a":{"dtype":"U8","dtype":"U8"}}'), '"dtype" occurs twice'],
  ])("refuses a malformed file: %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(ArgumentError);
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(/^model\.safetensors: /);
  });
});
