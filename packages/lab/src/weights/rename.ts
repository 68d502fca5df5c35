import { ArgumentError } from "@versant/core";
import { describeValue, listed, nearest } from "@versant/core/internal";

/**
 * What tensors of a file are called in a model, by patterns in which `*` stands for any characters, the
 * same on both sides: { "fc1.*": "hidden.0.*" } makes "hidden.0.weight" of "fc1.weight".
 */
export type Renaming = Readonly<Record<string, string>>;

/**
 * The new name of every name. The first pattern that matches decides; names that none matches stay.
 *
 * @throws ArgumentError for what is no pattern, one that matches nothing, or two names that become one
 */
export function rename(
  operation: string,
  names: readonly string[],
  renaming: Renaming,
): ReadonlyMap<string, string> {
  const rules = Object.entries(renaming).map(([from, to]) => ruleOf(operation, from, to));
  for (const { from, expression } of rules) {
    if (names.some((name) => expression.test(name))) continue;
    throw new ArgumentError(
      `${operation}: received "${from}" to rename, which matches no tensor of the file, expected a name ` +
        `such as ${quoted(nearest(from, names))}; * stands for any characters.`,
    );
  }
  const renamed = new Map<string, string>();
  const before = new Map<string, string>();
  for (const name of names) {
    const rule = rules.find(({ expression }) => expression.test(name));
    const after = rule ? rule.apply(name) : name;
    const other = before.get(after);
    if (other !== undefined) {
      throw new ArgumentError(
        `${operation}: "${other}" and "${name}" would both be called "${after}", expected a name of its ` +
          "own for each; make the patterns narrower.",
      );
    }
    before.set(after, name);
    renamed.set(name, after);
  }
  return renamed;
}

/** Names in quotes, for errors; of more than twelve the first twelve. */
export const quoted = (names: readonly string[]): string =>
  listed(names.map((name) => `"${name}"`));

interface Rule {
  readonly from: string;
  readonly expression: RegExp;
  readonly apply: (name: string) => string;
}

function ruleOf(operation: string, from: string, to: unknown): Rule {
  if (typeof to !== "string" || from === "" || to === "") {
    throw new ArgumentError(
      `${operation}: received ${describeValue(to)} as the new name of "${from}", expected names such as ` +
        '{ "fc1.*": "hidden.0.*" }.',
    );
  }
  const parts = from.split("*");
  const targets = to.split("*");
  if (parts.length !== targets.length) {
    throw new ArgumentError(
      `${operation}: received "${from}" to rename to "${to}", expected as many * on both sides: each ` +
        "stands for the same characters in both names.",
    );
  }
  const escaped = parts.map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${escaped.join("(.*)")}$`);
  return {
    from,
    expression,
    apply: (name) => {
      const [, ...stars] = expression.exec(name) ?? [];
      return targets.reduce((text, target, index) => text + (stars[index - 1] ?? "") + target);
    },
  };
}
