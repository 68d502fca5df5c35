import type { Tensor } from "@versant/core";
import { describeValue, listed } from "@versant/core/internal";
import type { Input, SingleInput } from "../signature/signature.js";
import { encodeImages } from "./encodeImages.js";
import { encodeNumbers } from "./encodeNumbers.js";
import { rowEncoder } from "./encodeRows.js";
import { textEncoder } from "./encodeTexts.js";
import { SampleError } from "./sampleError.js";

/** Makes of samples, as people give them, the tensors that the dataset would store of them. */
export type Encode = (samples: readonly unknown[]) => Tensor[] | Promise<Tensor[]>;

type EncodeSingle = (samples: readonly unknown[], name: string) => Tensor[] | Promise<Tensor[]>;

function singleEncoder(input: SingleInput): EncodeSingle {
  switch (input.kind) {
    case "numbers":
      return (samples, name) => encodeNumbers(input, samples, name);
    case "image":
      return (samples, name) => encodeImages(input, samples, name);
    case "text":
      return textEncoder(input);
    case "table":
      return rowEncoder(input);
  }
}

/** @throws SampleError, from what it gives, for a sample that is not what the input says */
export function encoderOf(input: Input): Encode {
  if (input.kind !== "several") {
    const encode = singleEncoder(input);
    return (samples) => encode(samples, "");
  }
  const entries = Object.entries(input.inputs);
  const names = entries.map(([name]) => name);
  const encoders = entries.map(([name, each]) => [name, singleEncoder(each)] as const);
  return async (samples) => {
    samples.forEach((sample, index) => {
      requireInputs(sample, index, names);
    });
    const parts = encoders.map(([name, encode]) =>
      encode(
        samples.map((sample) => (sample as Record<string, unknown>)[name]),
        name,
      ),
    );
    return (await Promise.all(parts)).flat();
  };
}

function requireInputs(sample: unknown, index: number, names: readonly string[]): void {
  if (typeof sample !== "object" || sample === null || Array.isArray(sample)) {
    const expected = `an object with ${listed(names)}`;
    throw new SampleError(index, "", describeValue(sample), expected);
  }
  const given = Object.keys(sample);
  const missing = names.find((name) => !given.includes(name));
  if (missing !== undefined) throw new SampleError(index, missing, "nothing", "this input");
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const received = describeValue((sample as Record<string, unknown>)[unknown]);
  throw new SampleError(index, unknown, received, `no input but ${listed(names)}`);
}
