import type { Language } from "../accountability/items.js";

const locales = { en: "en-GB", fr: "fr-FR" } as const satisfies Record<Language, string>;

/** Numbers and times as a language writes them. */
export class Format {
  readonly #counts: Intl.NumberFormat;
  readonly #scores: Intl.NumberFormat;
  readonly #times: Intl.DateTimeFormat;
  readonly #language: Language;

  constructor(language: Language) {
    const locale = locales[language];
    this.#language = language;
    this.#counts = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.#scores = new Intl.NumberFormat(locale, {
      minimumSignificantDigits: 4,
      maximumSignificantDigits: 4,
    });
    this.#times = new Intl.DateTimeFormat(locale, {
      dateStyle: "long",
      timeStyle: "short",
      timeZone: "UTC",
    });
  }

  count(value: number): string {
    return this.#counts.format(value);
  }

  /** Four significant digits. */
  score(value: number): string {
    const size = Math.abs(value);
    if (!Number.isFinite(value)) return String(value);
    if (value !== 0 && (size < 1e-3 || size >= 1e6)) return this.number(value.toExponential(2));
    return this.#scores.format(value);
  }

  /** A number with all its digits. */
  number(value: number | string): string {
    return this.#language === "fr" ? String(value).replace(".", ",") : String(value);
  }

  /** "21 November 2026 at 15:04 UTC" */
  time(iso: string): string {
    const time = new Date(iso);
    return Number.isNaN(time.getTime()) ? iso : `${this.#times.format(time)} UTC`;
  }

  /** "0.9634 – 0.9704" */
  interval({ low, high }: { readonly low: number; readonly high: number }): string {
    return `${this.score(low)} – ${this.score(high)}`;
  }
}
