import {
  ArgumentError,
  checkDType,
  checkShape,
  type DType,
  describeValue,
  dtypeOf,
  isTypedArray,
  makeArray,
  type Shape,
  sizeOf,
  type TypedArray,
} from "../array/index.js";

/** One column of a stream, as each sample has it. */
export interface StreamColumn {
  /** For errors, such as "image". */
  readonly name: string;
  /** Of one sample: [] for a number, [1, 28, 28] for an image. */
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Some samples that stand one after the other, of each column its elements, row-major. All columns
 * hold the same whole number of samples; a chunk without any is passed over.
 */
export type StreamChunk = readonly TypedArray[];

/** Samples that come one after the other: a file that is read, a connection, a generator. */
export interface StreamSource {
  readonly columns: readonly StreamColumn[];
  /** Samples of an epoch, where that is known. */
  readonly samples?: number;
  /**
   * The samples of an epoch, counted from 0, in chunks of any size, and always in the same order.
   * Whoever reads them owns the arrays. An iterator that is left early is told by its `return`.
   */
  read(epoch: number): AsyncIterable<StreamChunk>;
}

/** @throws ArgumentError when `value` has not what a source needs */
export function requireSource(operation: string, value: unknown): asserts value is StreamSource {
  const { columns, read, samples } = (value ?? {}) as Partial<StreamSource>;
  if (!Array.isArray(columns) || columns.length === 0 || typeof read !== "function") {
    throw new ArgumentError(
      `${operation}: received ${describeValue(value)}, expected a source of samples: ` +
        "{ columns: [{ name, shape, dtype }, ...], read(epoch) }.",
    );
  }
  if (samples !== undefined && !(Number.isInteger(samples) && samples > 0)) {
    throw new ArgumentError(
      `${operation}: the source says that it has ${samples} samples, expected an integer of at ` +
        "least 1, or nothing while it is not known.",
    );
  }
  for (const [position, column] of columns.entries()) requireColumn(operation, position, column);
}

function requireColumn(operation: string, position: number, column: unknown): void {
  const { name, shape, dtype } = (column ?? {}) as Partial<StreamColumn>;
  if (typeof name !== "string" || !Array.isArray(shape) || dtype === undefined) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(column)} as column ${position} of the source, ` +
        'expected { name, shape, dtype }, such as { name: "label", shape: [], dtype: "int32" }.',
    );
  }
  checkShape(`${operation}, column "${name}"`, shape);
  checkDType(`${operation}, column "${name}"`, dtype);
}

/**
 * The chunks of an epoch.
 *
 * @throws ArgumentError when `read` gives nothing that can be iterated
 */
export function readingOf(source: StreamSource, epoch: number): AsyncIterable<StreamChunk> {
  const chunks: unknown = source.read(epoch);
  const isIterable =
    typeof chunks === "object" &&
    chunks !== null &&
    (Symbol.asyncIterator in chunks || Symbol.iterator in chunks);
  if (isIterable) return chunks as AsyncIterable<StreamChunk>;
  throw new ArgumentError(
    `StreamLoader: the read of the source gave ${describeValue(chunks)}, expected chunks to iterate ` +
      "over; an async generator, async *read(epoch) { yield [...]; }, gives them.",
  );
}

/**
 * The number of samples in a chunk.
 *
 * @throws ArgumentError when the chunk is not what the columns say
 */
export function samplesOf(columns: readonly StreamColumn[], chunk: StreamChunk): number {
  if (!Array.isArray(chunk)) {
    throw new ArgumentError(
      `StreamLoader: the source gave ${describeValue(chunk)} as a chunk, expected a list of ` +
        "typed arrays, one a column.",
    );
  }
  if (chunk.length !== columns.length) {
    throw new ArgumentError(
      `StreamLoader: the source gave ${chunk.length} columns, expected ${columns.length}: ` +
        `${columns.map(({ name }) => name).join(", ")}.`,
    );
  }
  const counts = columns.map(({ name, shape, dtype }, index) => {
    const elements: unknown = chunk[index];
    if (!isTypedArray(elements)) {
      throw new ArgumentError(
        `StreamLoader: the source gave ${describeValue(elements)} for column "${name}", expected a ` +
          `typed array of ${dtype}; tensor elements and lists go into one with ` +
          `${makeArray(dtype, 0).constructor.name}.from.`,
      );
    }
    const width = sizeOf(shape);
    const isWhole = elements.length % width === 0;
    if (isWhole && dtypeOf(elements) === (dtype === "bool" ? "uint8" : dtype)) {
      return elements.length / width;
    }
    throw new ArgumentError(
      `StreamLoader: the source gave ${elements.length} elements of ${dtypeOf(elements)} for ` +
        `column "${name}", expected a multiple of ${width}, of ${dtype}.`,
    );
  });
  const [samples = 0] = counts;
  if (counts.every((count) => count === samples)) return samples;
  const described = columns.map(({ name }, index) => `${name} ${counts[index]}`).join(", ");
  throw new ArgumentError(
    `StreamLoader: the source gave a chunk with different numbers of samples (${described}), ` +
      "expected the same in every column.",
  );
}
