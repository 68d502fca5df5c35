import { concatenate, manualSeed, nn, type Tensor, zeros } from "@versant/core";
import type { Forward } from "../../../core/test/portable/run.js";
import type { Signature } from "../../src/signature/signature.js";

/** A model with a sample, and what its program computes in all, in the words of the library. */
export interface Example {
  readonly forward: Forward;
  readonly whole: Forward;
  /** Shape and dtype of some samples. */
  readonly samples: Tensor;
  readonly signature: Signature;
  readonly sample: readonly number[];
}

/** A reader of square images, whose classes come by softmax. */
export function images(width = 12, seed = 5): Example {
  manualSeed(seed);
  const size = width * width;
  const layers = new nn.Sequential(new nn.Linear(size, 8), new nn.ReLU(), new nn.Linear(8, 3));
  const forward = (x: Tensor): Tensor => layers.forward(x.cast("float32").div(255));
  const names = ["red", "green", "blue"];
  return {
    forward,
    whole: (x) => forward(x).softmax(1),
    samples: zeros([2, size], "uint8"),
    signature: {
      format: 1,
      input: {
        ...({ kind: "image", dtype: "uint8", shape: [size] } as const),
        ...({ width, height: width, channels: 1, layout: "HWC", fit: "stretch" } as const),
      },
      output: { kind: "classes", shape: [3], names, activation: "softmax" },
    },
    sample: Array.from({ length: size }, (_, place) => (place * 7) % 256),
  };
}

/** The probability of the second of two classes. */
export function yesOrNo(): Example {
  manualSeed(6);
  const layer = new nn.Linear(2, 1);
  return {
    forward: (x) => layer.forward(x),
    whole: (x) => {
      const second = layer.forward(x).sigmoid();
      return concatenate([second.mul(-1).add(1), second], 1);
    },
    samples: zeros([2, 2]),
    signature: {
      format: 1,
      input: { kind: "numbers", dtype: "float32", shape: [2] },
      output: { kind: "classes", shape: [1], names: ["no", "yes"], activation: "sigmoid" },
    },
    sample: [0.5, -2],
  };
}

/** Numbers that people know in another scale than the model. */
export function scaled(): Example {
  manualSeed(7);
  const layer = new nn.Linear(2, 1);
  const scale = { mean: [3], deviation: [2] };
  return {
    forward: (x) => layer.forward(x),
    whole: (x) => layer.forward(x.sub(3).div(2)).mul(2).add(3),
    samples: zeros([2, 2]),
    signature: {
      format: 1,
      input: { kind: "numbers", dtype: "float32", shape: [2], scale },
      output: { kind: "numbers", shape: [1], scale },
    },
    sample: [3, 4.25],
  };
}

/** A class for each token. */
export function tokens(): Example {
  manualSeed(8);
  const embedding = new nn.Embedding(9, 2);
  const forward = (x: Tensor): Tensor => embedding.forward(x).permute([0, 2, 1]);
  return {
    forward,
    whole: (x) => forward(x).softmax(1),
    samples: zeros([2, 4], "int32"),
    signature: {
      format: 1,
      input: { kind: "numbers", dtype: "int32", shape: [4] },
      output: { kind: "positions", shape: [2, 4], names: ["noun", "verb"], activation: "softmax" },
    },
    sample: [8, 0, 3, 3],
  };
}

/** The pixels of an image as they come in. */
export function pixels(layout: "CHW" | "HWC", fit: "stretch" | "cut"): Example {
  const forward = (x: Tensor): Tensor => x.cast("float32").mul(1);
  return {
    forward,
    whole: forward,
    samples: zeros([2, 12], "uint8"),
    signature: {
      format: 1,
      input: {
        ...({ kind: "image", dtype: "uint8", shape: [12], width: 2, height: 2 } as const),
        ...({ channels: 3, layout, fit } as const),
      },
      output: { kind: "numbers", shape: [12] },
    },
    sample: Array.from({ length: 12 }, (_, place) => place),
  };
}
