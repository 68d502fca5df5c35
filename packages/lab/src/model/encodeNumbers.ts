import type { DType, TypedArray } from "@versant/core";
import { type Tensor, tensor } from "@versant/core";
import { describeValue, formatShape, listed, sizeOf } from "@versant/core/internal";
import type { NumbersInput, SampleTensor, StoredScale } from "../signature/signature.js";
import { bytesOf, elementsOf } from "../weights/safetensors.js";
import { SampleError } from "./sampleError.js";

/** What each dtype holds, for errors. */
const holds: Readonly<Record<DType, string>> = {
  float32: "a finite number up to 3.4e38",
  float64: "a finite number",
  int32: "an integer from -2147483648 to 2147483647",
  uint8: "an integer from 0 to 255",
  bool: "true or false",
};

/** How samples are written: numbers in the dataset's dtype, by the dataset's scale. */
export interface NumbersLayout extends SampleTensor {
  readonly names?: readonly string[] | undefined;
  readonly scale?: StoredScale | undefined;
}

/** The numbers of samples, one behind the other. */
export class NumbersWriter {
  readonly array: TypedArray;
  readonly #size: number;

  constructor(
    readonly layout: NumbersLayout,
    readonly samples: number,
    /** Stands before the name of a field. */
    readonly prefix: string,
  ) {
    this.#size = sizeOf(layout.shape);
    this.array = elementsOf(
      layout.dtype,
      new ArrayBuffer(samples * this.#size * bytesOf(layout.dtype)),
    );
  }

  tensor(): Tensor {
    const { dtype, shape } = this.layout;
    return tensor(this.array, { shape: [this.samples, ...shape], dtype });
  }

  /** @throws SampleError for what does not have the sample's shape, or an element that its dtype does not hold */
  write(sample: number, value: unknown): void {
    const { shape, names } = this.layout;
    const elements = elementsIn(value, this.layout);
    if (elements) this.#writeFlat(sample, elements);
    else if (names && isObject(value)) this.#writeNamed(sample, value, names);
    else if (Array.isArray(value)) this.#writeNested(sample, value, shape, 0, "");
    else if (this.#size === 1 && ["number", "boolean"].includes(typeof value)) {
      this.#set(sample, 0, value, names?.[0] ?? "");
    } else throw this.#refuse(sample, "", value, this.#expected());
  }

  #writeFlat(sample: number, elements: ArrayLike<unknown>): void {
    const { names } = this.layout;
    for (let place = 0; place < this.#size; place++) {
      this.#set(sample, place, elements[place], names?.[place] ?? `[${place}]`);
    }
  }

  #writeNamed(
    sample: number,
    value: Readonly<Record<string, unknown>>,
    names: readonly string[],
  ): void {
    const unknown = Object.keys(value).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw this.#refuse(sample, unknown, value[unknown], `no field but ${listed(names)}`);
    }
    for (const [place, name] of names.entries()) this.#set(sample, place, value[name], name);
  }

  #writeNested(
    sample: number,
    value: unknown,
    [size, ...rest]: readonly number[],
    start: number,
    field: string,
  ): void {
    if (size === undefined) {
      this.#set(sample, start, value, field);
      return;
    }
    if (!Array.isArray(value) || value.length !== size) {
      throw this.#refuse(
        sample,
        field,
        value,
        field === "" ? this.#expected() : `a list of ${size}`,
      );
    }
    const width = sizeOf(rest);
    for (let place = 0; place < size; place++) {
      const inner = this.layout.names?.[place] ?? `${field}[${place}]`;
      this.#writeNested(sample, value[place], rest, start + place * width, inner);
    }
  }

  #set(sample: number, place: number, value: unknown, field: string): void {
    const { dtype } = this.layout;
    const number = typeof value === "boolean" && dtype === "bool" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) {
      throw this.#refuse(sample, field, value, holds[dtype]);
    }
    const at = sample * this.#size + place;
    const scaled = this.#scaled(number, place);
    this.array[at] = scaled;
    const stored = this.array[at] as number;
    const isHeld =
      dtype === "float32" || dtype === "float64"
        ? Number.isFinite(stored)
        : stored === scaled && (dtype !== "bool" || number === 0 || number === 1);
    if (!isHeld) throw this.#refuse(sample, field, value, holds[dtype]);
  }

  #scaled(value: number, place: number): number {
    const { scale } = this.layout;
    if (!scale) return value;
    const { mean, deviation } = scale;
    const at = (list: readonly number[]): number => list[place % list.length] as number;
    return (value - at(mean)) / at(deviation);
  }

  #expected(): string {
    const { shape, names, dtype } = this.layout;
    const what = dtype === "float32" || dtype === "float64" ? "numbers" : `${dtype} numbers`;
    if (names) return `${names.length} ${what} by name: ${listed(names)}`;
    return `${what} of shape ${formatShape(shape)}, nested or in one list of ${this.#size}`;
  }

  #refuse(sample: number, field: string, value: unknown, expected: string): SampleError {
    const path =
      this.prefix === "" || field.startsWith("[") ? this.prefix + field : `${this.prefix}.${field}`;
    return new SampleError(sample, path.replace(/\.$/, ""), describeValue(value), expected);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value);

/** A flat list of the right length, a typed array, or the little-endian bytes of one. */
function elementsIn(
  value: unknown,
  { dtype, shape }: NumbersLayout,
): ArrayLike<unknown> | undefined {
  const size = sizeOf(shape);
  if (Array.isArray(value)) {
    return value.length === size && !value.some(Array.isArray) && shape.length !== 0
      ? value
      : undefined;
  }
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  const elements = value as TypedArray;
  if (elements.length === size) return elements;
  const isBytes = value instanceof Uint8Array && value.length === size * bytesOf(dtype);
  // A copy, because the bytes need not be aligned to elements.
  return isBytes ? elementsOf(dtype, new Uint8Array(value).buffer) : undefined;
}

export function encodeNumbers(
  input: NumbersInput,
  samples: readonly unknown[],
  name: string,
): Tensor[] {
  const writer = new NumbersWriter(input, samples.length, name);
  for (const [index, sample] of samples.entries()) writer.write(index, sample);
  return [writer.tensor()];
}
