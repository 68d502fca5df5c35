import {
  type Forward,
  type GraphDocument,
  GraphModel,
  type Tensor,
  type TraceOptions,
  type TypedArray,
} from "@versant/core";
import * as ort from "onnxruntime-web";
import { expect } from "vitest";
import { encodeOnnx, type OnnxOptions } from "../../src/onnx/model.js";
import type { StoredTensor } from "../../src/weights/safetensors.js";

// Test files run side by side already.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** The tensors of a state as a file holds them. */
export function storedState(state: ReadonlyMap<string, Tensor>): Map<string, StoredTensor> {
  return new Map(
    [...state].map(([name, each]) => {
      const { dtype, shape } = each;
      return [name, { dtype, shape, data: each.dataSync() }];
    }),
  );
}

/** A model as another program has it. */
export class OnnxSession {
  private constructor(private readonly session: ort.InferenceSession) {}

  static async open(file: Uint8Array): Promise<OnnxSession> {
    return new OnnxSession(await ort.InferenceSession.create(file));
  }

  /** The outputs by name. */
  async run(inputs: readonly Tensor[]): Promise<Map<string, ort.Tensor>> {
    const feeds = this.session.inputNames.map((name, index) => {
      const { dtype, shape } = inputs[index] as Tensor;
      const data = (inputs[index] as Tensor).dataSync();
      return [name, new ort.Tensor(dtype as "float32", data as Float32Array, [...shape])];
    });
    return new Map(Object.entries(await this.session.run(Object.fromEntries(feeds))));
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

/** Differences up to 1e-4 of the largest element, or of 1 where all are smaller. */
export function expectClose(received: ort.Tensor, expected: Tensor): void {
  expect(received.dims).toEqual(expected.shape);
  expect(received.type).toBe(expected.dtype);
  const values = expected.dataSync();
  const finite = Array.from(values).filter(Number.isFinite).map(Math.abs);
  const largest = finite.reduce((most, each) => Math.max(most, each), 1);
  const data = received.data as TypedArray;
  values.forEach((value, position) => {
    const other = data[position] as number;
    const isClose =
      Object.is(value, other) || value === other || Math.abs(other - value) <= 1e-4 * largest;
    if (!isClose) expect(`${other} at ${position}`).toBe(`${value} at ${position}`);
  });
}

export interface Exported {
  readonly document: GraphDocument;
  readonly file: Uint8Array;
}

/** What `forward` computes, traced with `examples` and written as ONNX, gives the same for all `inputs`. */
export async function expectAgreement(
  forward: Forward,
  [examples, ...others]: readonly (readonly Tensor[])[],
  trace: TraceOptions = {},
  options: OnnxOptions = {},
): Promise<Exported> {
  const model = GraphModel.trace(forward, examples as readonly Tensor[], trace);
  const document = model.toJSON();
  const file = encodeOnnx(document, storedState(model.stateDict()), options);
  const session = await OnnxSession.open(file);
  try {
    for (const inputs of [examples as readonly Tensor[], ...others]) {
      const output = (await session.run(inputs)).get("output");
      expectClose(output as ort.Tensor, model.forward(...inputs));
    }
  } finally {
    await session.close();
  }
  return { document, file };
}
