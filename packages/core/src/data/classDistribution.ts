import { ArgumentError, describeValue, formatTable, requireOptions } from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import { namesOf, type Values } from "../tensor/values.js";
import { type ClassOptions, countClasses } from "./imbalance.js";

/** How the samples of one part fall into classes. */
export interface PartDistribution {
  /** Samples of each class. */
  readonly counts: readonly number[];
  /** The same as shares of the part, from 0 to 1. */
  readonly shares: readonly number[];
  /** The classes that have no sample. */
  readonly empty: readonly number[];
}

/**
 * Counts and shares of every class in every part, so that what is rare or missing is known before
 * anything is trained.
 */
export class ClassDistribution {
  constructor(
    /** What the classes are called. */
    readonly classes: readonly string[],
    readonly parts: Readonly<Record<string, PartDistribution>>,
  ) {}

  /** A table with a row a class, and a line for each class that a part lacks. */
  toString(): string {
    const parts = Object.entries(this.parts);
    const rows = this.classes.map((name, label) => [
      name,
      ...parts.flatMap(([, { counts, shares }]) => [
        String(counts[label]),
        `${(100 * (shares[label] as number)).toFixed(2)} %`,
      ]),
    ]);
    const header = ["class", ...parts.flatMap(([name]) => [name, "share"])];
    const missing = parts.flatMap(([part, { empty }]) =>
      empty.map((label) => `${part} has no sample of class ${this.classes[label]}`),
    );
    const { lines } = formatTable({ header, rows, numbersFrom: 1, cut: 0 });
    return [...lines, ...missing].join("\n");
  }
}

/**
 * The classes of every part.
 *
 * ```ts
 * console.log(`${classDistribution({ train: trainLabels, test: testLabels })}`);
 * ```
 *
 * @param parts the labels of each part, (N,): integers from 0, by its name
 * @param options.classes how many there are, or the name of each. Default: the largest label of all
 *   parts and one
 * @throws ArgumentError when there is no part, a part is empty, or a label is not such an integer
 */
export function classDistribution(
  parts: Readonly<Record<string, Values>>,
  options: ClassOptions = {},
): ClassDistribution {
  requireOptions("classDistribution", options, ["classes"]);
  const entries = Object.entries(parts ?? {});
  const isOne = Array.isArray(parts) || ArrayBuffer.isView(parts) || parts instanceof Tensor;
  if (entries.length === 0 || isOne) {
    throw new ArgumentError(
      `classDistribution: received ${describeValue(parts)}, expected the labels of each part by ` +
        "name, such as { train: labels }.",
    );
  }
  const { classes } = options;
  const known = classes === undefined ? undefined : namesOf("classDistribution", classes);
  const counted = entries.map(
    ([name, labels]) =>
      [name, countClasses("classDistribution", name, labels, known?.length)] as const,
  );
  const largest = Math.max(...counted.map(([, { counts }]) => counts.length));
  const names = known ?? Array.from({ length: largest }, (_, label) => String(label));
  const distributions = counted.map(([name, { counts: found, samples }]) => {
    const counts = names.map((_, label) => found[label] ?? 0);
    const shares = counts.map((count) => count / samples);
    const empty = counts.flatMap((count, label) => (count === 0 ? [label] : []));
    return [name, { counts, shares, empty }] as const;
  });
  return new ClassDistribution(names, Object.fromEntries(distributions));
}
