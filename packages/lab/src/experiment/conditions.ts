import { ArgumentError, describeValue } from "@versant/core/internal";
import type { Declaration, Declarations } from "./declarations.js";

/**
 * When a hyper-parameter matters: by the name of another choice or flag, the values of it that are needed. All of
 * them have to hold.
 */
export type Condition = Readonly<Record<string, readonly (string | boolean)[]>>;

/** The same as it is written: one value, or a list of them. */
export type When = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/**
 * A condition in the form that is kept.
 *
 * @throws ArgumentError when it is no object of values
 */
export function conditionOf(kind: string, when: unknown): Condition {
  if (typeof when !== "object" || when === null || Array.isArray(when)) {
    throw new ArgumentError(
      `${kind}: received when: ${describeValue(when)}, expected an object such as { optimizer: "sgd" }.`,
    );
  }
  const entries = Object.entries(when).map(([name, wanted]) => {
    const values: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    const isValue = (value: unknown): value is string | boolean =>
      typeof value === "string" || typeof value === "boolean";
    if (values.length > 0 && values.every(isValue)) return [name, values] as const;
    throw new ArgumentError(
      `${kind}: received when: { ${name}: ${describeValue(wanted)} }, expected a word, true, false, or a list ` +
        "of these.",
    );
  });
  return Object.fromEntries(entries);
}

/** "optimizer is sgd or adam, and bias is true". */
export const describeCondition = (condition: Condition): string =>
  Object.entries(condition)
    .map(([name, values]) => `${name} is ${values.join(" or ")}`)
    .join(", and ");

/**
 * Whether a hyper-parameter matters with these values: its condition holds, and so do those of the ones that it
 * names.
 */
export function isActive(
  name: string,
  declarations: Declarations,
  values: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(declarations[name]?.when ?? {}).every(
    ([other, wanted]) =>
      (wanted as readonly unknown[]).includes(values[other]) &&
      isActive(other, declarations, values),
  );
}

/**
 * Whether some values make the hyper-parameter matter, where each can be one of `possible`.
 *
 * A condition is a conjunction of "is one of", and so is what follows from the conditions of the names in it: it can
 * hold unless one name is left without a value.
 */
export function canBeActive(
  name: string,
  declarations: Declarations,
  possible: (name: string) => readonly unknown[],
): boolean {
  const left = new Map<string, readonly unknown[]>();
  const require = (current: string): void => {
    for (const [other, wanted] of Object.entries(declarations[current]?.when ?? {})) {
      const before: readonly unknown[] = left.get(other) ?? possible(other);
      left.set(
        other,
        before.filter((value) => (wanted as readonly unknown[]).includes(value)),
      );
      require(other);
    }
  };
  require(name);
  return [...left.values()].every(({ length }) => length > 0);
}

/** The values of a choice or a flag; none of the others, of which no condition speaks. */
function alternativesOf(declaration: Declaration | undefined): readonly (string | boolean)[] {
  if (declaration?.kind === "choice") return declaration.options;
  return declaration?.kind === "flag" ? [false, true] : [];
}

/**
 * Each condition speaks of choices and flags that were declared before, and can hold. That order leaves no room for
 * a cycle.
 *
 * @throws ArgumentError otherwise
 */
export function checkConditions(declarations: Declarations): void {
  const names = Object.keys(declarations);
  for (const [place, name] of names.entries()) {
    const condition = declarations[name]?.when ?? {};
    for (const [other, wanted] of Object.entries(condition)) {
      checkReference(declarations, names.indexOf(other) - place, name, other);
      const options = alternativesOf(declarations[other]);
      const strange = wanted.find((value) => !options.includes(value));
      if (strange === undefined) continue;
      throw new ArgumentError(
        `experiment: the condition of "${name}" can never hold: received ${other}: ${describeValue(strange)}, ` +
          `expected one of ${options.map(describeValue).join(", ")}.`,
      );
    }
    if (canBeActive(name, declarations, (other) => alternativesOf(declarations[other]))) continue;
    throw new ArgumentError(
      `experiment: the condition of "${name}" can never hold: ${describeCondition(condition)} contradicts the ` +
        `conditions of ${Object.keys(condition).join(", ")}.`,
    );
  }
}

/** @param distance how many places after `name` the other stands */
function checkReference(
  declarations: Declarations,
  distance: number,
  name: string,
  other: string,
): void {
  const { kind, when = {} } = declarations[other] ?? {};
  const before = `experiment: the condition of "${name}" speaks of "${other}", `;
  if (kind === undefined) {
    const known = Object.keys(declarations).filter(
      (each) => alternativesOf(declarations[each]).length > 0,
    );
    const among = known.length > 0 ? `one of ${known.join(", ")}` : "a choice or a flag";
    throw new ArgumentError(`${before}which is not declared, expected ${among}.`);
  }
  if (distance === 0) throw new ArgumentError(`${before}itself; name another choice or flag.`);
  if (kind !== "choice" && kind !== "flag") {
    throw new ArgumentError(`${before}declared as ${kind}, expected a choice or a flag.`);
  }
  if (distance > 0) {
    const mend = Object.hasOwn(when, name)
      ? "whose condition speaks of it in turn; take one of the two away"
      : `which is declared after it; declare "${other}" first`;
    throw new ArgumentError(`${before}${mend}.`);
  }
}
