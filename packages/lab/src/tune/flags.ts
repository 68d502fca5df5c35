import type { SearchValue } from "../ledger/searchEvents.js";

/** Values as they are typed: "--learningRate 0.01 --no-bias". */
export const flagsOf = (values: Readonly<Record<string, SearchValue>>): string =>
  Object.entries(values)
    .map(([name, value]) => {
      if (typeof value === "boolean") return value ? `--${name}` : `--no-${name}`;
      return `--${name} ${typeof value === "string" ? quoted(value) : value}`;
    })
    .join(" ");

/** As a shell takes it for one word. */
export const quoted = (text: string): string =>
  /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
