import { ArgumentError, describeValue } from "@versant/core/internal";
import type { Declaration, Declarations } from "../experiment/declarations.js";
import { commonDeclarations, type Experiment } from "../experiment/experiment.js";
import type { SearchRecord, SearchValue } from "../ledger/searchEvents.js";
import { type Narrowing, SearchSpace } from "../search/space.js";

export interface SpaceOptions {
  /** Values that are given, and not searched. */
  readonly fixed: Readonly<Record<string, SearchValue>>;
  /** Default: what the experiment declares itself and leaves to searches, but epochs: more of them cost more. */
  readonly only?: readonly string[] | undefined;
  /** Parts as they are typed, by name: "8..64", "sgd,adam"; what has one is searched by default, too. */
  readonly ranges: Readonly<Record<string, string>>;
}

/** @throws ArgumentError for a name that is not declared, and a part that does not lie inside */
export function searchSpaceOf(
  { declarations }: Experiment,
  { fixed, only, ranges }: SpaceOptions,
): SearchSpace {
  const narrowed = Object.entries(ranges).map(([name, text]) => [
    name,
    parsePart(name, text, declarations[name]),
  ]);
  const own = Object.keys(declarations).filter((name) => isOwn(name, declarations, fixed));
  return SearchSpace.of(declarations, {
    only: only ?? [...new Set([...own, ...Object.keys(ranges)])],
    fixed,
    narrowed: Object.fromEntries(narrowed),
  });
}

function isOwn(name: string, declarations: Declarations, fixed: object): boolean {
  const common: Declarations = commonDeclarations;
  const declaration = declarations[name];
  const isLeft = name !== "epochs" && declaration?.searched !== false;
  return isLeft && !Object.hasOwn(fixed, name) && declaration !== common[name];
}

/** The space of a search that goes on. */
export function recordedSpace(
  { declarations }: Pick<Experiment, "declarations">,
  { space, fixed }: SearchRecord,
): SearchSpace {
  const narrowed = Object.entries(space).flatMap(([name, declaration]) => {
    const part = partOf(declaration);
    return part ? [[name, part] as const] : [];
  });
  const only = Object.keys(space);
  return SearchSpace.of(declarations, { only, fixed, narrowed: Object.fromEntries(narrowed) });
}

/** What is searched, as it is recorded. */
export const recordSpace = ({ dimensions }: SearchSpace): Declarations =>
  Object.fromEntries(dimensions.map(({ name, declaration }) => [name, declaration]));

function partOf(declaration: Declaration): Narrowing | undefined {
  switch (declaration.kind) {
    case "flag":
      return undefined;
    case "choice":
      return { options: declaration.options };
    default:
      return { min: declaration.min, max: declaration.max };
  }
}

function parsePart(name: string, text: string, declaration: Declaration | undefined): Narrowing {
  if (declaration?.kind === "choice") {
    return { options: text.split(",").map((option) => option.trim()) };
  }
  const [, low = "", high = ""] = /^(.+?)\.\.(.+)$/.exec(text) ?? [];
  const [min, max] = [low, high].map((bound) => (bound.trim() === "" ? Number.NaN : Number(bound)));
  if (Number.isFinite(min) && Number.isFinite(max)) return { min, max } as Narrowing;
  throw new ArgumentError(
    `--range ${name}: received ${describeValue(text)}, expected two numbers such as 8..64.`,
  );
}
