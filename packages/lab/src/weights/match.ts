import { ArgumentError, type nn, type Tensor, tensor } from "@versant/core";
import { formatShape, isFloating, listed, namesAt, nearest } from "@versant/core/internal";
import { quoted, type Renaming, rename } from "./rename.js";
import type { StoredTensor } from "./safetensors.js";
import { isBatchCount, torchDestinations, torchPlaces } from "./torchNames.js";

/** Which tensors of a file a model takes over, and what they are called there. */
export interface TakeOptions {
  /** Names or modules of the model that are set. Default: all. */
  readonly only?: nn.Patterns;
  /** Those of them that stay as they are. Default: none. */
  readonly except?: nn.Patterns;
  /** Names in the file to names in the model. Default: they are the same. */
  readonly rename?: Renaming;
}

/** What became of a model's parameters and buffers, and of the file's tensors, by name. */
export interface TakeReport {
  /** Of the model: set to what the file holds. */
  readonly taken: readonly string[];
  /** Of the model: as they were. */
  readonly fresh: readonly string[];
  /** Of the file: the model has none of that name. */
  readonly unexpected: readonly string[];
  /** By name in the model: what the file calls it, where that is something else. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** How the caller's user mends what does not fit: what to leave, what to call otherwise, what to pass over. */
export interface Mends {
  /** @param modules those that do not fit, such as "output"; other modules do */
  readonly fresh: (modules: readonly string[]) => string;
  /** What may make all of it fit. Default: nothing is known. */
  readonly same?: string | undefined;
  readonly rename: string;
  /** Only where all of the file is to be taken. */
  readonly unexpected?: string;
}

/** What a name of the model is given by: a tensor of the file, or one of equal parts of its first axis. */
interface Given {
  readonly key: string;
  readonly stored: StoredTensor;
  readonly part: number;
  readonly parts: number;
}

/**
 * Sets a model to the tensors of a file. Names of PyTorch's are understood where the model lacks them
 * (`torchDestinations`), and floating numbers converted to the model's dtype.
 *
 * @param file its name, for errors
 * @throws ArgumentError that lists what is missing, of another shape or, where everything is taken,
 *   unexpected, with the nearest names; the model is unchanged then
 */
export function takeTensors(
  operation: string,
  model: nn.Module<never, unknown>,
  file: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  options: TakeOptions,
  mends: Mends,
): TakeReport {
  const state = model.stateDict();
  const chosen = chosenNames(operation, [...state.keys()], options);
  const names = rename(operation, [...tensors.keys()], options.rename ?? {});
  const { given, unexpected } = assign(tensors, names, state);

  const missing = [...chosen].filter((name) => !given.has(name));
  const wrong: string[] = [];
  const unfit = [...missing];
  const values = new Map<string, Tensor>();
  for (const name of chosen) {
    const [from, target] = [given.get(name), state.get(name)];
    if (!from || !target) continue;
    const value = elementsFor(from, target);
    if (typeof value === "string") {
      unfit.push(name);
      wrong.push(`${name} (received ${value}, expected ${kindOf(target)})`);
    } else values.set(name, value);
  }
  const isPartial = options.only !== undefined || options.except !== undefined;
  const unused = [
    ...unexpected,
    ...[...given].flatMap(([name, { key }]) => (chosen.has(name) ? [] : [key])),
  ];
  const problems = [
    ...(missing.length > 0 ? [`missing: ${withNearest(missing, unused)}`] : []),
    ...(unexpected.length > 0 && (!isPartial || missing.length > 0)
      ? [`unexpected: ${withNearest(unexpected, missing)}`]
      : []),
    ...(wrong.length > 0 ? [`of the wrong kind: ${listed(wrong)}`] : []),
  ];
  if (problems.length > 0) {
    const mend = [
      unfit.length > 0 && mends.same,
      missing.length > 0 && unexpected.length > 0 && mends.rename,
      unfit.length > 0 ? values.size > 0 && mends.fresh(modulesOf(unfit)) : mends.unexpected,
    ]
      .filter(Boolean)
      .join(" ");
    throw new ArgumentError(
      `${operation}: ${file}: nothing was loaded; ${problems.join("; ")}. ${mend}`.trimEnd(),
    );
  }
  model.loadStateDict(values, { strict: false });
  return {
    taken: [...values.keys()],
    fresh: [...state.keys()].filter((name) => !values.has(name)),
    unexpected,
    renamed: Object.fromEntries(
      [...given].flatMap(([name, { key }]) =>
        values.has(name) && key !== name ? [[name, key]] : [],
      ),
    ),
  };
}

/** Whose tensors these are, each once; a tensor of the model itself stands for itself. */
const modulesOf = (names: readonly string[]): string[] => [
  ...new Set(names.map((name) => name.replace(/\.[^.]*$/, ""))),
];

function chosenNames(
  operation: string,
  names: readonly string[],
  { only, except }: TakeOptions,
): ReadonlySet<string> {
  const wanted = only === undefined ? new Set(names) : namesAt(operation, only, names);
  const kept = except === undefined ? new Set() : namesAt(operation, except, names);
  const chosen = new Set(names.filter((name) => wanted.has(name) && !kept.has(name)));
  if (chosen.size > 0) return chosen;
  throw new ArgumentError(
    `${operation}: received patterns that leave nothing to take, expected one of ${quoted(names)} at least.`,
  );
}

/** Whether a tensor is one that the graph in a run's file took from outside of the model (core's `portable/`). */
const isGraphConstant = (name: string): boolean => /^constant\.\d+$/.test(name);

/** Which tensor of the file each name of the model is given by: that of the same name before PyTorch's. */
function assign(
  tensors: ReadonlyMap<string, StoredTensor>,
  names: ReadonlyMap<string, string>,
  state: ReadonlyMap<string, Tensor>,
): { given: Map<string, Given>; unexpected: string[] } {
  const there = new Set(names.values());
  const isName = (name: string): boolean => there.has(name);
  const places = torchPlaces([...state.keys()]);
  const given = new Map<string, Given>();
  const unexpected: string[] = [];
  for (const [key, stored] of tensors) {
    const name = names.get(key) ?? key;
    const called = state.has(name) ? [name] : (torchDestinations(name, isName) ?? [name]);
    const destinations = called.flatMap((each) => places.get(each) ?? []);
    // The file itself may have both names.
    const isFree = destinations.every((each) => each === name || !there.has(each));
    if (destinations.length === called.length && isFree) {
      destinations.forEach((each, part) => {
        given.set(each, { key, stored, part, parts: called.length });
      });
    } else if (!isBatchCount(name) && !isGraphConstant(name)) unexpected.push(key);
  }
  return { given, unexpected };
}

/** What the model is given, as its dtype; or what it is, where that does not fit. */
function elementsFor({ stored, part, parts }: Given, target: Tensor): Tensor | string {
  const { dtype, data } = stored;
  const [rows = 1, ...others] = stored.shape;
  const isSplit = parts > 1;
  const shape = isSplit ? [rows / parts, ...others] : stored.shape;
  const isConvertible = dtype === target.dtype || (isFloating(dtype) && isFloating(target.dtype));
  if (!isConvertible || formatShape(shape) !== formatShape(target.shape)) {
    const whole = isSplit ? "a third of " : "";
    return `${whole}${dtype} ${formatShape(stored.shape)}`;
  }
  const length = data.length / parts;
  const own = data.subarray(part * length, (part + 1) * length);
  return tensor(own, { shape, dtype: target.dtype });
}

const kindOf = ({ dtype, shape }: Tensor): string => `${dtype} ${formatShape(shape)}`;

/** Names with the one each was probably meant to be. */
const withNearest = (names: readonly string[], others: readonly string[]): string =>
  listed(
    names.map((name) => {
      const [other] = nearest(name, others);
      return other === undefined ? name : `${name} (nearest: ${other})`;
    }),
  );
