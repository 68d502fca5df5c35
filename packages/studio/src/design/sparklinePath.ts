/** Width and height in the units of the drawing. */
export const width = 96;
export const height = 22;

/**
 * The path of some values from left to right, the largest on top; gaps where a value is missing. One single value
 * is a short stroke.
 */
export function sparklinePath(values: readonly (number | null)[]): string {
  const there = values.filter((value) => value !== null);
  const lowest = Math.min(...there);
  const span = Math.max(...there) - lowest || 1;
  const gap = values.length > 1 ? (width - 2) / (values.length - 1) : 0;
  let path = "";
  let isDown = false;
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      const x = (1 + index * gap).toFixed(1);
      const y = (height - 2 - ((value - lowest) / span) * (height - 4)).toFixed(1);
      path += `${isDown ? "L" : "M"}${x} ${y}`;
    }
    isDown = value !== null;
  }
  return there.length === 1 ? `${path}h4` : path;
}
