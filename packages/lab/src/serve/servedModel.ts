import type { TypedArray } from "@versant/core";
import type { Answer } from "../model/answers.js";
import type { Samples } from "./batcher.js";

/** A description of JSON values, as in OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the server has to know of a model. */
export interface ServedModel {
  /** SHA-256 of its file. */
  readonly sha256: string;
  /** The run that trained it; undefined for a file from elsewhere. */
  readonly run: string | undefined;
  /** One sample, as JSON. */
  readonly input: JsonSchema;
  /** One answer, as JSON. */
  readonly answer: JsonSchema;
  /** Bytes of one sample; undefined where samples are no plain numbers. */
  readonly sampleBytes: number | undefined;
  /** Whether a PNG or JPEG file can be a sample. */
  readonly takesImages: boolean;
  /** @throws ArgumentError, or RequestError that names the field, for what the model cannot take in */
  encode(samples: readonly unknown[]): Promise<Samples>;
  /** Takes samples that stand one behind the other, little-endian; throws as `encode` does. */
  encodeBytes(bytes: Uint8Array): Samples;
  /** The outputs of samples, one behind the other. */
  predict(samples: Samples): Promise<TypedArray>;
  /** What outputs mean, one answer for each sample; throws as `encode` does for NaN and Infinity. */
  describe(outputs: TypedArray): readonly Answer[];
}

/** A model under the name that requests call it by. */
export interface Version {
  readonly name: string;
  /** The run, one of its checkpoints such as RUN@best, or the beginning of the file's hash. */
  readonly version: string;
  readonly model: ServedModel;
  /** What who serves it should know, such as that its training was interrupted. */
  readonly notice?: string | undefined;
}
