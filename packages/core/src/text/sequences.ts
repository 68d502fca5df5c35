import { ArgumentError, describeValue, requireCount, requireInstance } from "../array/index.js";

/** Indices of tokens, as `Vocabulary.encode` and `BytePairEncoding.encode` give them. */
export type Sequence = ArrayLike<number>;

/** @throws ArgumentError when these are not lists of integers from 0 to 2^31 - 1, one or more */
export function requireSequences(
  operation: string,
  what: string,
  sequences: unknown,
): asserts sequences is readonly Sequence[] {
  requireInstance(operation, what, sequences, Array, "one for each text");
  if (sequences.length === 0) {
    throw new ArgumentError(
      `${operation}: received an empty list as ${what}, expected at least one.`,
    );
  }
  sequences.forEach((sequence: unknown, index) => {
    if (!isList(sequence)) {
      throw new ArgumentError(
        `${operation}: received ${describeValue(sequence)} as number ${index} of ${what}, expected ` +
          "the indices of its tokens; Vocabulary.encode makes them.",
      );
    }
    const wrong = Array.from(sequence as ArrayLike<unknown>).find((each) => !isIndex(each));
    if (wrong === undefined) return;
    throw new ArgumentError(
      `${operation}: number ${index} of ${what} holds ${describeValue(wrong)}, expected integers ` +
        "from 0 to 2^31 - 1, the indices of tokens.",
    );
  });
}

const isList = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value);

/** @throws ArgumentError for what is no list or typed array, such as a tensor or one index */
export function requireIndices(operation: string, indices: unknown): void {
  if (isList(indices)) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(indices)}, expected a list or typed array of integers; ` +
      "await tensor.data() gives those of a tensor, and [index] is a list of one.",
  );
}

const isIndex = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;

/** @throws ArgumentError when it is no index */
export function requireIndex(operation: string, name: string, value: unknown): void {
  if (isIndex(value)) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected an integer from 0 to 2^31 - 1.`,
  );
}

/** The given length, or that of the longest sequence, but 1 at least. */
export function lengthOf(
  operation: string,
  sequences: readonly Sequence[],
  length: number | undefined,
): number {
  if (length !== undefined) {
    requireCount(operation, "length", length);
    if (length < 2 ** 31) return length;
    throw new ArgumentError(
      `${operation}: received length ${length}, expected at most 2^31 - 1 tokens a row.`,
    );
  }
  return sequences.reduce((most, sequence) => Math.max(most, sequence.length), 1);
}

/** All sequences one behind the other. */
export function flatten(sequences: readonly Sequence[]): {
  readonly indices: Int32Array;
  /** Where each begins, and the end of the last: (N + 1,). */
  readonly offsets: Int32Array;
} {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach((sequence, index) => {
    offsets[index + 1] = (offsets[index] as number) + sequence.length;
  });
  const indices = new Int32Array(offsets[sequences.length] as number);
  sequences.forEach((sequence, index) => {
    indices.set(sequence, offsets[index] as number);
  });
  return { indices, offsets };
}
