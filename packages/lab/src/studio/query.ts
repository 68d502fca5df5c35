import { StudioError } from "./problem.js";

type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The parameters behind the "?" of a request; each is asked for by its name. */
export class Query {
  readonly #values: Values;

  /** @throws StudioError 400 for a name that is not among `names` */
  constructor(values: unknown, names: readonly string[]) {
    // Fastify's parser gives texts, and lists of what is there several times.
    this.#values = values as Values;
    const unknown = Object.keys(this.#values).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw new StudioError(
      400,
      `received the parameter ${JSON.stringify(unknown)}, expected one of ${names.join(", ")}.`,
    );
  }

  /** All of a name that may be there several times. */
  all(name: string): readonly string[] {
    const value = this.#values[name];
    return value === undefined ? [] : typeof value === "string" ? [value] : value;
  }

  /** The last of a name; undefined for none, and for an empty one. */
  text(name: string): string | undefined {
    return this.all(name).at(-1) || undefined;
  }

  /** Parts of a text that commas separate; undefined for none. */
  list(name: string): readonly string[] | undefined {
    return this.text(name)
      ?.split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  }

  /** @throws StudioError 400 for another one */
  word<W extends string>(name: string, words: readonly [W, ...W[]]): W {
    const text = this.text(name);
    const found = text === undefined ? words[0] : words.find((word) => word === text);
    if (found !== undefined) return found;
    throw wrong(name, text, `one of ${words.join(", ")}`);
  }

  /** @throws StudioError 400 for what is no whole number of the range */
  count(name: string, range: { min?: number; max?: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw wrong(name, text, `a whole number of ${min} to ${max}`);
  }
}

const wrong = (name: string, text: string | undefined, expected: string): StudioError =>
  new StudioError(400, `${name}: received ${JSON.stringify(text)}, expected ${expected}.`);
