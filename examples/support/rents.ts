/** Districts by what a square metre costs there more than on average. */
const districts: Readonly<Record<string, number>> = {
  Altstadt: 4.1,
  Bellevue: 3.2,
  Carlton: 1.4,
  Delta: -2.3,
  Eastgate: -1.2,
  Ferry: 0.3,
  Greenhill: 2.2,
  Harbour: -0.4,
};
const heatings: Readonly<Record<string, number>> = { district: 30, gas: 0, oil: -45 };
const firstDay = Date.UTC(2019, 0, 1);
const days = 6 * 365;

/**
 * Rents of flats as CSV: invented, so that what is to be found is known. A rent depends on area and district,
 * rises with the day of the contract, more so in summer, and is blurred by some 50 a month. Heating and year
 * of building are missing here and there.
 *
 * What is drawn are fractions of multiples of square roots of primes: spread evenly, and the same on every
 * machine.
 */
export function rents(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const draw = (prime: number): number => (((row + 1) * Math.sqrt(prime)) % 1) as number;
    const pick = (names: readonly string[], prime: number): string =>
      names[Math.floor(draw(prime) * names.length)] as string;
    const area = Math.round(25 + 110 * draw(2) ** 1.5);
    const rooms = Math.max(1, Math.round(area / 28 + 1.4 * draw(3) - 0.7));
    const district = pick(Object.keys(districts), 5);
    const heating = pick(Object.keys(heatings), 7);
    const built = 1900 + Math.floor(118 * draw(11));
    const date = new Date(firstDay + Math.floor(days * draw(13)) * 86_400_000);
    const perMetre = 9 + (districts[district] as number) + 0.02 * (built - 1960);
    const trend = 1 + (0.05 * (date.getTime() - firstDay)) / (365 * 86_400_000);
    const season = 25 * Math.cos((2 * Math.PI * (date.getUTCMonth() - 6)) / 12);
    const noise =
      170 * ([17, 19, 23, 29].reduce((sum, prime) => sum + draw(prime), 0) / 4 - 0.5) * 2;
    const rent = area * perMetre * trend + (heatings[heating] as number) + season + noise;
    return [
      date.toISOString().slice(0, 10),
      district,
      area,
      rooms,
      draw(31) < 0.1 ? "" : built,
      draw(37) < 0.08 ? "" : heating,
      Math.round(rent),
    ].join(",");
  });
  return `${["date,district,area,rooms,built,heating,rent", ...lines].join("\n")}\n`;
}
