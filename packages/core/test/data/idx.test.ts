import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { readIdx } from "../../src/data/index.js";

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);

describe("readIdx", () => {
  it("reads shape and elements, and copies nothing", () => {
    const { shape, data } = readIdx(images, "images");
    expect(shape).toEqual([2, 1, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
    expect(data.buffer).toBe(images.buffer);
  });

  it("reads bytes that start in the middle of a buffer, sizes big-endian", () => {
    const padded = new Uint8Array(3 + 8 + 258);
    padded.set([0, 0, 8, 1, 0, 0, 1, 2], 3);
    expect(readIdx(padded.subarray(3), "labels").shape).toEqual([258]);
  });

  it.each([
    ["truncated content", images.subarray(0, 20), /images: received 20 bytes, expected 22 .*trunc/],
    ["truncated sizes", images.subarray(0, 9), /received 9 bytes, expected 16 .*trunc/],
    ["nothing", new Uint8Array(0), /first bytes ""/],
    ["extra bytes", Uint8Array.of(...images, 0), /received 23 bytes, expected 22 .*left over/],
    ["a wrong magic number", Uint8Array.of(0, 1, 8, 3), /first bytes "00 01 08 03", expected/],
    ["another element type", Uint8Array.of(0, 0, 13, 1), /"00 00 0d 01"/],
    ["no axes", Uint8Array.of(0, 0, 8, 0, 7), /"00 00 08 00"/],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), /images: received gzip-compressed bytes/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => readIdx(bytes, "images")).toThrow(ArgumentError);
    expect(() => readIdx(bytes, "images")).toThrow(message);
  });
});
