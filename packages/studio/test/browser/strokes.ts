import type { Page } from "playwright-core";

const size = 28;

/** Places around a pixel, clockwise from the one above it. */
const around = [...[-size, -size + 1, 1, size + 1, size, size - 1, -1, -size - 1]] as const;

/**
 * The middle lines of an image of 28 x 28 bytes that has a dark border, by the thinning of Zhang and Suen (1984): pixels
 * at the edge go, as long as what remains holds together.
 */
function middleOf(image: ArrayLike<number>): Set<number> {
  const ink = new Set(
    Array.from({ length: size * size }, (_, i) => i).filter((i) => (image[i] ?? 0) > 127),
  );
  const isEdge = (pixel: number, isSecond: boolean): boolean => {
    const is = around.map((step) => ink.has(pixel + step));
    const count = is.filter(Boolean).length;
    const beginnings = is.filter((each, i) => !each && is[(i + 1) % 8]).length;
    const [up, , right, , down, , left] = is;
    const isOpen = isSecond
      ? !(up && right && left) && !(up && down && left)
      : !(up && right && down) && !(right && down && left);
    return count >= 2 && count <= 6 && beginnings === 1 && isOpen;
  };
  for (let before = -1; before !== ink.size; ) {
    before = ink.size;
    for (const isSecond of [false, true]) {
      for (const pixel of [...ink].filter((each) => isEdge(each, isSecond))) ink.delete(pixel);
    }
  }
  return ink;
}

/** The lines of a digit, as a pen draws them: from pixel to neighbouring pixel, lifted where there is none left. */
export function strokesOf(image: ArrayLike<number>): readonly (readonly number[])[] {
  const left = middleOf(image);
  const neighbours = (pixel: number) =>
    around.map((step) => pixel + step).filter((i) => left.has(i));
  const strokes: number[][] = [];
  const drawn: number[] = [];
  while (left.size > 0) {
    // A new line begins at one that is drawn, else at an end.
    const fork = drawn.find((pixel) => neighbours(pixel).length > 0);
    const end = [...left].find((pixel) => neighbours(pixel).length === 1) ?? [...left][0];
    const stroke: number[] = [];
    for (let at = fork ?? end; at !== undefined; [at] = neighbours(at)) {
      left.delete(at);
      stroke.push(at);
    }
    drawn.push(...stroke);
    strokes.push(stroke);
  }
  return strokes;
}

/** Draws a digit with the mouse on the field of the page. */
export async function drawDigit(page: Page, image: ArrayLike<number>): Promise<void> {
  const { x = 0, y = 0, width = 0 } = (await page.locator("canvas").boundingBox()) ?? {};
  const move = (pixel: number): Promise<void> => {
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    return page.mouse.move(x + ((column + 0.5) * width) / size, y + ((row + 0.5) * width) / size);
  };
  for (const stroke of strokesOf(image)) {
    const [first = 0, ...others] = stroke;
    await move(first);
    await page.mouse.down();
    for (const pixel of others) await move(pixel);
    await page.mouse.up();
  }
}
