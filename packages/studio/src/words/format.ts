import type { Words } from "./words.js";

/** Numbers, times and sizes as a language writes them. */
export interface Format {
  /** Four significant digits; very large and very small ones by a power of ten. */
  number(value: number): string;
  integer(value: number): string;
  /** "1 h 05 min", "12.3 s". */
  duration(seconds: number): string;
  bytes(count: number): string;
  /** A time from ISO 8601. */
  date(time: string): string;
  /** "3 minutes ago". */
  ago(time: string, now?: number): string;
  percent(share: number): string;
  /** A value from a record, whatever it is. */
  value(value: unknown): string;
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function formatOf({
  locale,
  time: names,
  byte,
}: Pick<Words, "locale" | "time" | "byte">): Format {
  const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });
  const scientific = new Intl.NumberFormat(locale, {
    notation: "scientific",
    maximumSignificantDigits: 3,
  });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  const number = (value: number): string => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
    const size = Math.abs(value);
    if (Number.isInteger(value) && size < 1e9) return whole.format(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6))
      return scientific.format(value).replace("E", "e");
    return significant.format(value);
  };
  const two = (value: number): string => String(value).padStart(2, "0");
  return {
    number,
    integer: (value) => whole.format(value),
    duration(seconds) {
      if (seconds < 60) return `${significant.format(Number(seconds.toPrecision(3)))} ${names.s}`;
      const all = Math.round(seconds);
      const minutes = Math.floor(all / 60);
      if (minutes < 60) return `${minutes} ${names.min} ${two(all % 60)} ${names.s}`;
      const hours = Math.floor(minutes / 60);
      if (hours < 48) return `${hours} ${names.h} ${two(minutes % 60)} ${names.min}`;
      return `${Math.floor(hours / 24)} ${names.d} ${hours % 24} ${names.h}`;
    },
    bytes(count) {
      const power = count < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(count) / 3));
      return `${significant.format(count / 1000 ** power)} ${["", "k", "M", "G", "T"][power]}${byte}`;
    },
    date: (time) => dates.format(new Date(time)),
    ago(time, now = Date.now()) {
      const seconds = (Date.parse(time) - now) / 1000;
      const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
      return relative.format(Math.trunc(seconds / size), unit);
    },
    percent: (value) => share.format(value),
    value(value) {
      if (typeof value === "number") return number(value);
      if (typeof value === "string") return value;
      return value === undefined || value === null ? "" : JSON.stringify(value);
    },
  };
}
