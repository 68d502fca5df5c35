import { ArgumentError, shortened } from "@versant/core/internal";

/** Something that a model cannot be given, in words that name its place. */
export class SampleError extends ArgumentError {
  override readonly name = "SampleError";

  constructor(
    /** Which of the samples, from 0. */
    readonly sample: number,
    /** Where in it: "area", "[3]", "picture.age"; "" for the sample itself. */
    readonly field: string,
    readonly received: string,
    readonly expected: string,
  ) {
    const place = field === "" || field.startsWith("[") ? field : `.${shortened(field)}`;
    super(`inputs[${sample}]${place}: received ${received}, expected ${expected}.`);
  }
}
