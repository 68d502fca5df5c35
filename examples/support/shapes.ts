import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { manualSeed, rand } from "versant";

const side = 48;

/** A shape of radius r around (x, y), as SVG draws it. */
const shapes: Readonly<Record<string, (x: number, y: number, r: number) => string>> = {
  circle: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"`,
  square: (x, y, r) =>
    `<rect x="${x - 0.9 * r}" y="${y - 0.9 * r}" width="${1.8 * r}" height="${1.8 * r}"`,
  triangle: (x, y, r) =>
    `<polygon points="${x},${y - r} ${x - 0.9 * r},${y + 0.8 * r} ${x + 0.9 * r},${y + 0.8 * r}"`,
};

/**
 * Writes PNG files of 48 x 48 pixels into a folder for each shape: one of any light colour, place and size
 * on a ground of any dark one.
 *
 * @param each files of each shape
 */
export async function drawShapes(folder: string, each: number, seed: number): Promise<void> {
  manualSeed(seed);
  for (const [name, outline] of Object.entries(shapes)) {
    mkdirSync(join(folder, name), { recursive: true });
    const draws = Array.from(rand([each * 9]).dataSync(), Number);
    const drawing = async (index: number): Promise<void> => {
      const own = draws.slice(9 * index, 9 * index + 9);
      const [x = 0, y = 0, size = 0] = own;
      const colour = (from: number, parts: readonly number[]): string =>
        `rgb(${parts.map((part) => Math.floor(from + 110 * part)).join(",")})`;
      const ground = colour(0, own.slice(3, 6));
      const ink = colour(146, own.slice(6));
      const radius = 9 + 7 * size;
      const at = (draw: number): number => radius + draw * (side - 2 * radius);
      const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">` +
        `<rect width="100%" height="100%" fill="${ground}"/>` +
        `${outline(at(x), at(y), radius)} fill="${ink}"/></svg>`;
      await sharp(Buffer.from(svg))
        .png()
        .toFile(join(folder, name, `${index}.png`));
    };
    await Promise.all(Array.from({ length: each }, (_, index) => drawing(index)));
  }
}
