import { type Command, Option } from "commander";
import { describeCondition } from "../experiment/conditions.js";
import {
  accepts,
  type Declaration,
  type Declarations,
  expectation,
  type Int,
  int,
} from "../experiment/declarations.js";
import { UsageError } from "./errors.js";

/**
 * The flags that a declaration becomes; a yes-or-no has one for each answer.
 *
 * @param mend where the range can be changed, if it can
 */
export function optionsOf(name: string, declaration: Declaration, mend = ""): Option[] {
  const help = describe(declaration);
  if (declaration.kind === "flag") {
    return [new Option(`--${name}`, help), new Option(`--no-${name}`, "the opposite")];
  }
  const placeholder = declaration.kind === "choice" ? "word" : "number";
  const option = new Option(`--${name} <${placeholder}>`, help);
  return [option.argParser((text: string) => parseValue(name, declaration, text, mend))];
}

/** The flag of every command that draws. @param about what is drawn */
export const seedDeclaration = (otherwise: number, about: string): Int =>
  int(otherwise, { min: 0, max: Number.MAX_SAFE_INTEGER, about });

/** Sentence, range, default and condition. */
function describe(declaration: Declaration): string {
  const { about } = declaration;
  const range =
    declaration.kind === "flag"
      ? []
      : declaration.kind === "choice"
        ? [declaration.options.join(", ")]
        : [
            `${declaration.min} to ${declaration.max}` +
              (declaration.scale === "log" ? ", logarithmic" : ""),
          ];
  const condition = declaration.when ? [`only when ${describeCondition(declaration.when)}`] : [];
  const details = [...range, `default ${declaration.default}`, ...condition].join("; ");
  return `${about} (${details})`.trimStart();
}

/**
 * The value that a flag's text stands for.
 *
 * @param mend where the range can be changed, if it can
 * @throws UsageError when the declaration does not accept it
 */
export function parseValue(
  name: string,
  declaration: Declaration,
  text: string,
  mend = "",
): unknown {
  const value =
    declaration.kind === "choice" ? text : text.trim() === "" ? Number.NaN : Number(text);
  if (accepts(declaration, value)) return value;
  throw new UsageError(
    `--${name}: received ${JSON.stringify(text)}, expected ${expectation(declaration)}` +
      `${declaration.kind === "choice" ? "" : mend}.`,
  );
}

/** Adds the flags of all declarations under a heading of their own. */
export function declare(command: Command, heading: string, declarations: Declarations): void {
  command.optionsGroup(heading);
  for (const [name, declaration] of Object.entries(declarations)) {
    const mend = "; the range stands in the declaration";
    for (const option of optionsOf(name, declaration, mend)) command.addOption(option);
  }
}
