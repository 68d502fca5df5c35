import {
  ArgumentError,
  type Compiled,
  compile,
  type GraphModel,
  noGradient,
  ShapeError,
  Tensor,
  type TypedArray,
  tensor,
} from "@versant/core";
import { formatShape, requireList, sizeOf } from "@versant/core/internal";
import type { Which } from "../recording/namedRun.js";
import { encodedTensors } from "../signature/encodedTensors.js";
import { answerShape, fixedSizes } from "../signature/portable.js";
import type { SampleTensor, Signature } from "../signature/signature.js";
import { bytesOf, elementsOf } from "../weights/safetensors.js";
import { type Answer, describeAnswers } from "./answers.js";
import { type Encode, encoderOf } from "./encode.js";
import { NumbersWriter } from "./encodeNumbers.js";

export interface TrainedModelParts {
  readonly name: string;
  /** Of the file's bytes, or of the checkpoint that the weights are of. */
  readonly sha256: string;
  /** The run that trained it, where it comes out of a ledger. */
  readonly run?: string | undefined;
  readonly checkpoint?: Which | undefined;
  readonly notice?: string | undefined;
  readonly signature: Signature;
  readonly graph: GraphModel;
}

/** Samples that are computed at once; more of them take several calls. */
const largestBatch = 1024;

/**
 * A model as it is used: without the code of its author, by what its file says.
 *
 * ```ts
 * const model = await openModel("last");
 * const [answer] = model.describe(await model.predict(await model.encode([{ area: 80, rooms: 3 }])));
 * ```
 */
export class TrainedModel {
  readonly name: string;
  readonly sha256: string;
  readonly run: string | undefined;
  /** Of the run, where the weights are not those of its end. */
  readonly checkpoint: Which | undefined;
  /** What who uses it should know, such as that its training was interrupted; undefined where there is nothing. */
  readonly notice: string | undefined;
  readonly signature: Signature;
  /** The forward pass with its weights, from what the dataset stores to the answers. */
  readonly graph: GraphModel;
  readonly #encode: Encode;
  readonly #forward: Compiled<Tensor[], Tensor>;

  constructor({ name, sha256, run, checkpoint, notice, signature, graph }: TrainedModelParts) {
    this.name = name;
    this.sha256 = sha256;
    this.run = run;
    this.checkpoint = checkpoint;
    this.notice = notice;
    this.signature = signature;
    this.graph = graph;
    requireFit(name, signature, graph);
    this.#encode = encoderOf(signature.input);
    this.#forward = compile((...inputs: Tensor[]) => noGradient(() => graph.forward(...inputs)));
  }

  /**
   * Samples, as people give them, as tensors (N, ...) of what the dataset stores.
   *
   * @throws SampleError, which names sample and field, for what is not as the signature says
   */
  async encode(samples: readonly unknown[]): Promise<Tensor[]> {
    if (!Array.isArray(samples) || samples.length === 0) {
      throw new ArgumentError(
        "TrainedModel.encode: received no samples, expected a list of at least one.",
      );
    }
    return this.#encode(samples);
  }

  /** Bytes of a sample for `encodeBytes`; undefined where text or rows of a table go in. */
  get sampleBytes(): number | undefined {
    const { input } = this.signature;
    if (input.kind !== "numbers" && input.kind !== "image") return undefined;
    return sizeOf(input.shape) * bytesOf(input.dtype);
  }

  /**
   * Samples of numbers or pixels that stand back to back, little-endian and in the signature's dtype.
   *
   * @throws ArgumentError for another number of bytes; SampleError for a number that is not finite
   */
  encodeBytes(bytes: Uint8Array): Tensor[] {
    const { input } = this.signature;
    const width = this.sampleBytes;
    if (width === undefined || (input.kind !== "numbers" && input.kind !== "image")) {
      throw new ArgumentError(
        `TrainedModel.encodeBytes: ${this.name} takes ${input.kind}, expected a model of numbers or of ` +
          "images; give encode the samples.",
      );
    }
    if (bytes.length === 0 || bytes.length % width !== 0) {
      throw new ArgumentError(
        `TrainedModel.encodeBytes: received ${bytes.length} bytes, expected a multiple of ${width}, the ` +
          `bytes of a sample: ${input.dtype} of shape ${formatShape(input.shape)}.`,
      );
    }
    const samples = bytes.length / width;
    // A copy, because the bytes need not be aligned to elements.
    const elements = elementsOf(input.dtype, new Uint8Array(bytes).buffer);
    if (input.dtype === "uint8") {
      return [tensor(elements, { shape: [samples, ...input.shape], dtype: input.dtype })];
    }
    const writer = new NumbersWriter(input, samples, "");
    const size = sizeOf(input.shape);
    for (let sample = 0; sample < samples; sample++) {
      writer.write(sample, elements.subarray(sample * size, (sample + 1) * size));
    }
    return [writer.tensor()];
  }

  /**
   * The model's answers (N, ...) to what `encode` gave. One Program is compiled for each power of two that
   * a number of samples is filled up to.
   *
   * @throws ShapeError when the tensors are not such as `encode` gives
   */
  async predict(inputs: readonly Tensor[]): Promise<Tensor> {
    requireList("TrainedModel.predict", "the inputs", inputs, Tensor);
    const samples = inputs[0]?.shape[0] ?? 0;
    if (samples === 0 || inputs.some(({ shape }) => shape[0] !== samples)) {
      throw new ShapeError(
        `TrainedModel.predict: received ${inputs.map(({ shape }) => formatShape(shape)).join(", ")}, ` +
          "expected as many samples, one at least, on the first axis of each input.",
      );
    }
    // What fills a batch already is computed as it stands.
    if (samples <= largestBatch && sizeOfBatch(samples) === samples)
      return this.#forward(...inputs);
    const columns = await Promise.all(inputs.map((each) => each.data()));
    const parts: TypedArray[] = [];
    for (let start = 0; start < samples; start += largestBatch) {
      const count = Math.min(largestBatch, samples - start);
      const batch = inputs.map((each, index) =>
        filledUp(each, columns[index] as TypedArray, start, count),
      );
      const answers = this.#forward(...batch);
      const data = await answers.data();
      parts.push(data.subarray(0, (data.length / sizeOfBatch(count)) * count));
    }
    return joined(parts, samples, this.signature.output.shape);
  }

  /** How many Programs have been compiled for `predict`. */
  get programs(): number {
    return this.#forward.programs;
  }

  /**
   * What answers mean, one for each sample.
   *
   * @throws SampleError for an answer that is NaN or Infinity
   */
  describe(answers: Tensor): Answer[] {
    return describeAnswers(this.signature.output, answers);
  }
}

/** @throws ArgumentError when the two parts of a file speak of different models */
function requireFit(name: string, { input, output }: Signature, graph: GraphModel): void {
  const described = (tensors: readonly SampleTensor[]): string =>
    tensors.map(({ dtype, shape }) => `${dtype} (${["N", ...shape].join(", ")})`).join(", ");
  const read = graph.inputs.map(({ dtype, shape }) => ({ dtype, shape: fixedSizes(shape) }));
  const given = encodedTensors(input);
  const answer = answerShape(graph);
  if (described(read) === described(given) && `${answer}` === `${output.shape}`) return;
  throw new ArgumentError(
    `${name}: its signature makes ${described(given)} of a sample, and its graph reads ${described(read)} and ` +
      `answers with (${["N", ...answer].join(", ")}), expected the same of both; the file was changed.`,
  );
}

/** The power of two that a number of samples is filled up to. */
const sizeOfBatch = (samples: number): number => 2 ** Math.ceil(Math.log2(samples));

/** Some samples, and the first of them again where there are too few: a number that fits the model. */
function filledUp(input: Tensor, elements: TypedArray, start: number, count: number): Tensor {
  const { dtype, shape } = input;
  const size = sizeOfBatch(count);
  const rest = shape.slice(1);
  const width = sizeOf(rest);
  const known = elements.subarray(start * width, (start + count) * width);
  if (size === count) return tensor(known, { shape: [size, ...rest], dtype });
  const filled = elementsOf(dtype, new ArrayBuffer(size * width * bytesOf(dtype)));
  filled.set(known);
  for (let row = count; row < size; row++) filled.copyWithin(row * width, 0, width);
  return tensor(filled, { shape: [size, ...rest], dtype });
}

function joined(parts: readonly TypedArray[], samples: number, shape: readonly number[]): Tensor {
  const [first] = parts as [TypedArray];
  if (parts.length === 1) return tensor(first, { shape: [samples, ...shape] });
  const whole = first.slice(0, 0).constructor as new (length: number) => TypedArray;
  const all = new whole(samples * sizeOf(shape));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return tensor(all, { shape: [samples, ...shape] });
}
