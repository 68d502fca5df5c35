import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/weights/safetensors.js";

// Written by ../oracle/huggingFace.py, with the library itself.
const fixture = (name: string): URL => new URL(`../oracle/fixtures/${name}`, import.meta.url);
const { metadata, tensors, read } = JSON.parse(readFileSync(fixture("safetensors.json"), "utf8"));
const theirs = decodeSafetensors(readFileSync(fixture("huggingface.safetensors")), "theirs");

test("reads what Hugging Face's library writes", () => {
  const found = [...theirs.tensors].map(([name, { dtype, shape, data }]) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return [name, { dtype, shape, hex: bytes.toString("hex") }] as const;
  });
  expect(Object.fromEntries(found)).toEqual(tensors);
  expect(theirs.metadata).toEqual(metadata);
});

test("writes the bytes that the library has read back without a difference", () => {
  const ours = encodeSafetensors(theirs.tensors, theirs.metadata);
  expect(createHash("sha256").update(ours).digest("hex")).toBe(read);
});
