import { ArgumentError, describeValue, requireOptions } from "../array/index.js";
import { countClasses } from "./imbalance.js";

/** How the samples of one part fall into classes. */
export interface PartDistribution {
  /** Samples of each class. */
  readonly counts: readonly number[];
  /** The same as shares of the part, from 0 to 1. */
  readonly shares: readonly number[];
  /** The classes that have no sample. */
  readonly empty: readonly number[];
}

export interface ClassDistributionOptions {
  /** What the classes are called, from class 0 on. Default: their numbers. */
  readonly names?: readonly string[];
}

/**
 * Counts and shares of every class in every part, so that what is rare or missing is known before
 * anything is trained.
 *
 * ```ts
 * const distribution = classDistribution({ train: trainLabels, test: testLabels });
 * for (const line of distribution.lines()) console.log(line);
 * ```
 */
export class ClassDistribution {
  constructor(
    readonly names: readonly string[],
    readonly parts: Readonly<Record<string, PartDistribution>>,
  ) {}

  /** A table with a row a class, and a line for each class that a part lacks. */
  lines(): string[] {
    const parts = Object.entries(this.parts);
    const rows = this.names.map((name, label) => [
      name,
      ...parts.flatMap(([, { counts, shares }]) => [
        String(counts[label]),
        `${(100 * (shares[label] as number)).toFixed(2)} %`,
      ]),
    ]);
    const header = ["class", ...parts.flatMap(([name]) => [name, "share"])];
    const widths = header.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
    );
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
        )
        .join("  ");
    const missing = parts.flatMap(([part, { empty }]) =>
      empty.map((label) => `${part} has no sample of class ${this.names[label]}`),
    );
    return [line(header), ...rows.map(line), ...missing];
  }
}

/**
 * @param parts the labels of each part, integers from 0, by its name
 * @param options.names one for each class; without it, the largest label of all parts and one says
 *   how many classes there are
 * @throws ArgumentError when there is no part, a label is not such an integer, or it has no name
 */
export function classDistribution(
  parts: Readonly<Record<string, ArrayLike<number>>>,
  options: ClassDistributionOptions = {},
): ClassDistribution {
  requireOptions("classDistribution", options, ["names"]);
  const { names } = options;
  const entries = Object.entries(parts ?? {});
  if (entries.length === 0 || Array.isArray(parts) || ArrayBuffer.isView(parts)) {
    throw new ArgumentError(
      `classDistribution: received ${describeValue(parts)}, expected the labels of each part by ` +
        "name, such as { train: labels }.",
    );
  }
  const known = names && { classes: names.length };
  const counted = entries.map(([, labels]) =>
    countClasses("classDistribution", labels, known ?? {}),
  );
  const classes = Math.max(...counted.map((counts) => counts.length));
  const distributions = entries.map(([name, labels], position) => {
    const found = counted[position] as number[];
    const counts = Array.from({ length: classes }, (_, label) => found[label] ?? 0);
    const shares = counts.map((count) => count / labels.length);
    const empty = counts.flatMap((count, label) => (count === 0 ? [label] : []));
    return [name, { counts, shares, empty }] as const;
  });
  return new ClassDistribution(
    names ?? Array.from({ length: classes }, (_, label) => String(label)),
    Object.fromEntries(distributions),
  );
}
