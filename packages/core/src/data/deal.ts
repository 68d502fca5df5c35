import { ArgumentError } from "../array/index.js";
import { type Labels, labelsOf, membersByLabel } from "./labels.js";
import { quotasOf } from "./quotas.js";

export interface DealOptions {
  /** The class of each sample; every part then has each class, as nearly in proportion as can be. */
  readonly stratifyBy?: Labels;
  /**
   * The group of each sample, such as the person who wrote it; all samples of a group then go to the
   * same part, so that a test asks about groups that were never met.
   */
  readonly groupBy?: Labels;
}

/**
 * Gives every sample of `order` to one part: part p receives `counts[p]` of them (with groups: as
 * nearly as whole groups allow), in that order.
 *
 * @param weights what classes are divided by. Default: the counts
 * @throws ArgumentError when labels do not fit, or there are too few of a class or too few groups
 */
export function deal(
  operation: string,
  order: Int32Array,
  counts: readonly number[],
  { stratifyBy, groupBy }: DealOptions,
  weights: readonly number[] = counts,
): Int32Array[] {
  if (stratifyBy !== undefined && groupBy !== undefined) {
    throw new ArgumentError(
      `${operation}: received stratifyBy and groupBy, expected one of both; groups that stay whole ` +
        "leave no choice of the classes in a part.",
    );
  }
  if (stratifyBy !== undefined) return dealByClass(operation, order, counts, weights, stratifyBy);
  if (groupBy !== undefined) return dealByGroup(operation, order, counts, groupBy);
  let end = 0;
  return counts.map((count) => {
    end += count;
    return order.subarray(end - count, end);
  });
}

/** Each class is dealt out by itself, to each part as many as `quotasOf` says. */
function dealByClass(
  operation: string,
  order: Int32Array,
  counts: readonly number[],
  weights: readonly number[],
  stratifyBy: Labels,
): Int32Array[] {
  const labels = labelsOf(operation, "stratifyBy", "the class", stratifyBy, order.length);
  const classes = membersByLabel(order, labels);
  for (const [label, members] of classes) {
    if (members.length >= counts.length) continue;
    throw new ArgumentError(
      `${operation}: class ${label} of stratifyBy has ${members.length} of the ${order.length} ` +
        `samples, expected at least ${counts.length}, one for each part; split without stratifyBy, ` +
        "or leave that class out.",
    );
  }
  const narrow = counts.findIndex((count) => count < classes.size);
  if (narrow >= 0) {
    throw new ArgumentError(
      `${operation}: part ${narrow} has ${counts[narrow]} of the ${order.length} samples, expected ` +
        `at least ${classes.size}, one of each class of stratifyBy; use larger parts, or split ` +
        "without stratifyBy.",
    );
  }
  const partOf = new Int32Array(order.length);
  const members = [...classes.values()];
  const sizes = members.map(({ length }) => length);
  quotasOf(sizes, counts, weights).forEach((quotas, position) => {
    let dealt = 0;
    quotas.forEach((quota, part) => {
      for (const sample of members[position]?.slice(dealt, dealt + quota) ?? []) {
        partOf[sample] = part;
      }
      dealt += quota;
    });
  });
  return collect(order, partOf, counts.length);
}

/**
 * Groups from the largest to the smallest, each to the part that lacks most samples; the smallest
 * ones fill parts that would stay empty.
 */
function dealByGroup(
  operation: string,
  order: Int32Array,
  counts: readonly number[],
  groupBy: Labels,
): Int32Array[] {
  const labels = labelsOf(operation, "groupBy", "the group", groupBy, order.length);
  const groups = [...membersByLabel(order, labels).values()].sort((a, b) => b.length - a.length);
  if (groups.length < counts.length) {
    throw new ArgumentError(
      `${operation}: received ${groups.length} groups in groupBy for ${counts.length} parts, ` +
        "expected at least one group for each part; a group is never divided.",
    );
  }
  const partOf = new Int32Array(order.length);
  const given = counts.map(() => 0);
  groups.forEach((members, dealt) => {
    const empty = given.filter((count) => count === 0).length;
    const fillEmpty = groups.length - dealt <= empty;
    const open = counts.map((count, part) =>
      fillEmpty && given[part] !== 0 ? Number.NEGATIVE_INFINITY : count,
    );
    const part = furthestBehind(open, given);
    given[part] = (given[part] as number) + members.length;
    for (const sample of members) partOf[sample] = part;
  });
  return collect(order, partOf, counts.length);
}

/** The part whose wanted number of samples exceeds most what it was given; the first of equals. */
function furthestBehind(wanted: readonly number[], given: readonly number[]): number {
  const lagOf = (part: number): number => (wanted[part] as number) - (given[part] as number);
  return wanted.reduce((most, _, part) => (lagOf(part) > lagOf(most) ? part : most), 0);
}

/** Each part in the order of the samples, not class by class. */
function collect(order: Int32Array, partOf: Int32Array, parts: number): Int32Array[] {
  const members = Array.from({ length: parts }, (): number[] => []);
  for (const sample of order) members[partOf[sample] as number]?.push(sample);
  return members.map((each) => Int32Array.from(each));
}
