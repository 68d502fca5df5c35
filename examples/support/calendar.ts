import { type Births, type Tensor, tensor } from "versant";

/** Weeks have the same weekdays a year of 52 of them later. */
const year = 364;
const week = 7;

/** What `calendarSeries` holds of a day, in this order. */
export const variables = ["births", "year before", "holiday", "season 1", "season 2"].concat(
  ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((day) => `is ${day}`),
);

/**
 * What is known on the evening of each day (T, 12): its births, its place in the year, its weekday;
 * and of the day a week later, which is to be forecast, the births a year of weeks earlier and whether
 * it is a holiday. The first day is the first one of which all this is known.
 */
export function calendarSeries({ dates, weekdays, births }: Births): {
  readonly series: Tensor;
  readonly dates: readonly Date[];
} {
  const first = year - week;
  const known = dates.slice(first, dates.length - week);
  const rows = known.flatMap((date, position) => {
    const day = first + position;
    const angle = (2 * Math.PI * dayOfYear(date)) / 365.25;
    const weekday = Array.from({ length: 7 }, (_, each) => Number(weekdays[day] === each));
    return [
      births[day] ?? Number.NaN,
      births[day + week - year] ?? Number.NaN,
      Number(isHoliday(dates[day + week] ?? date)),
      Math.sin(angle),
      Math.cos(angle),
      ...weekday,
    ];
  });
  const shape = [known.length, variables.length];
  return { series: tensor(Float32Array.from(rows), { shape }), dates: known };
}

const dayOfYear = (date: Date): number =>
  (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000;

/** Days on which hospitals of the United States plan few births. */
function isHoliday(date: Date): boolean {
  const [month, day, weekday] = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay()];
  const fixed = ["1-1", "7-4", "12-24", "12-25", "12-31"].includes(`${month}-${day}`);
  const memorialDay = month === 5 && weekday === 1 && day > 24;
  const labourDay = month === 9 && weekday === 1 && day <= 7;
  const thanksgiving = month === 11 && weekday === 4 && day > 21 && day <= 28;
  const dayAfter = month === 11 && weekday === 5 && day > 22 && day <= 29;
  return fixed || memorialDay || labourDay || thanksgiving || dayAfter;
}
