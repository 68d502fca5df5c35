import { ArgumentError, type RandomGenerator } from "@versant/core";
import { describeValue, requireOptions } from "@versant/core/internal";

/** How images are varied; what is left out does not happen. */
export interface Augmentation {
  /** Probability that an image is mirrored, left to right. */
  readonly flip?: number;
  /** The smallest share of the sides, above 0 to 1, of a random window that is stretched to the image. */
  readonly crop?: number;
  /** Largest angle in degrees, either way. */
  readonly rotate?: number;
  /** Largest shift either way, as a share of the side. */
  readonly translate?: number;
  /** Probability that a random rectangle, of 2 % to 20 % of the area, is filled with `fill`. */
  readonly erase?: number;
  /** Standard deviation of nearly normal noise in grey levels, added to each byte. */
  readonly noise?: number;
  /** What stands outside of the image, 0 to 255. Default 0. */
  readonly fill?: number;
}

/** Largest value of each option. */
const limits = { flip: 1, crop: 1, rotate: 180, translate: 1, erase: 1, noise: 255, fill: 255 };

/** @throws ArgumentError when an option is out of its range */
export function requireAugmentation(operation: string, options: Augmentation): void {
  requireOptions(operation, options, Object.keys(limits), "the augmentation");
  for (const [name, most] of Object.entries(limits)) {
    const value: unknown = options[name as keyof Augmentation];
    if (value === undefined) continue;
    const isInRange = typeof value === "number" && value >= 0 && value <= most;
    if (isInRange && !(name === "crop" && value === 0)) continue;
    throw new ArgumentError(
      `${operation}: received ${name} ${describeValue(value)} in the augmentation, expected a ` +
        `number ${name === "crop" ? "above 0" : "from 0"} to ${most}.`,
    );
  }
}

/**
 * A varied copy of an image. Mirror, window, angle and shift make one affine map, which is read with
 * bilinear interpolation once, so that combining them blurs no more than one of them; then
 * a rectangle is erased (Zhong et al., "Random Erasing Data Augmentation", 2020) and noise added.
 *
 * @param source (C, H, W), not changed
 * @param target as large as `source`, overwritten
 * @param generator decides everything that is random
 */
export function augment(
  source: Uint8Array,
  target: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
  options: Augmentation,
  generator: RandomGenerator,
): void {
  const { fill = 0, erase = 0, noise = 0 } = options;
  const map = drawMap(height, width, options, generator);
  if (map) warp(source, target, [channels, height, width], map, fill);
  else target.set(source);
  if (erase > 0 && generator.uniform() < erase) {
    eraseRectangle(target, [channels, height, width], fill, generator);
  }
  if (noise > 0) addNoise(target, noise, generator);
}

/** Row and column of the source for those of the target: s = a t + b, by axis. */
interface AffineMap {
  readonly rowByRow: number;
  readonly rowByColumn: number;
  readonly row: number;
  readonly columnByRow: number;
  readonly columnByColumn: number;
  readonly column: number;
}

/** A random map of target to source places; null if nothing is to move. */
function drawMap(
  height: number,
  width: number,
  { flip = 0, crop = 1, rotate = 0, translate = 0 }: Augmentation,
  generator: RandomGenerator,
): AffineMap | null {
  const either = (): number => 2 * generator.uniform() - 1;
  if (flip === 0 && crop === 1 && rotate === 0 && translate === 0) return null;
  const mirror = flip > 0 && generator.uniform() < flip ? -1 : 1;
  const scale = crop < 1 ? crop + (1 - crop) * generator.uniform() : 1;
  // The window lies anywhere inside the image, so its centre moves by half of what it leaves free.
  const free = (1 - scale) / 2;
  const shift = (size: number): number =>
    (crop < 1 ? either() * free * (size - 1) : 0) +
    (translate > 0 ? either() * translate * size : 0);
  const shiftRow = shift(height);
  const shiftColumn = shift(width);
  const angle = rotate > 0 ? (either() * rotate * Math.PI) / 180 : 0;
  const cos = scale * Math.cos(angle);
  const sin = scale * Math.sin(angle);
  const middleRow = (height - 1) / 2;
  const middleColumn = (width - 1) / 2;
  const map = {
    rowByRow: cos,
    rowByColumn: sin * mirror,
    columnByRow: -sin,
    columnByColumn: cos * mirror,
  };
  return {
    ...map,
    row: middleRow + shiftRow - map.rowByRow * middleRow - map.rowByColumn * middleColumn,
    column:
      middleColumn + shiftColumn - map.columnByRow * middleRow - map.columnByColumn * middleColumn,
  };
}

/** Reads each target place from the four source places around where the map says. */
function warp(
  source: Uint8Array,
  target: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
  map: AffineMap,
  fill: number,
): void {
  const area = height * width;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const y = map.row + map.rowByRow * row + map.rowByColumn * column;
      const x = map.column + map.columnByRow * row + map.columnByColumn * column;
      const top = Math.floor(y);
      const left = Math.floor(x);
      const down = y - top;
      const right = x - left;
      const place = row * width + column;
      if (top < -1 || left < -1 || top >= height || left >= width) {
        for (let channel = 0; channel < channels; channel++) target[channel * area + place] = fill;
        continue;
      }
      const isInside = top >= 0 && left >= 0 && top < height - 1 && left < width - 1;
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * area;
        const corner = start + top * width + left;
        const at = (below: number, beside: number): number => {
          const isThere =
            top + below >= 0 && top + below < height && left + beside >= 0 && left + beside < width;
          return isThere ? (source[corner + below * width + beside] as number) : fill;
        };
        const a = isInside ? (source[corner] as number) : at(0, 0);
        const b = isInside ? (source[corner + 1] as number) : at(0, 1);
        const c = isInside ? (source[corner + width] as number) : at(1, 0);
        const d = isInside ? (source[corner + width + 1] as number) : at(1, 1);
        const above = a + (b - a) * right;
        const below = c + (d - c) * right;
        // Stored as a byte, which cuts the half off.
        target[start + place] = above + (below - above) * down + 0.5;
      }
    }
  }
}

function eraseRectangle(
  target: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
  fill: number,
  generator: RandomGenerator,
): void {
  const share = 0.02 + 0.18 * generator.uniform();
  // Sides in a proportion from 1:3 to 3:1, evenly in its logarithm.
  const stretch = Math.sqrt(3 ** (2 * generator.uniform() - 1));
  const side = Math.sqrt(share * height * width);
  const rows = Math.max(1, Math.min(height, Math.round(side * stretch)));
  const columns = Math.max(1, Math.min(width, Math.round(side / stretch)));
  const top = generator.below(height - rows + 1);
  const left = generator.below(width - columns + 1);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = top; row < top + rows; row++) {
      const start = (channel * height + row) * width + left;
      target.fill(fill, start, start + columns);
    }
  }
}

/** Standard deviation of the sum of four bytes, each equally likely. */
const deviationOfFour = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * Nearly normal noise, clamped to bytes: the sum of the four bytes of a random word, which is near
 * enough for what is rounded to a byte, and takes one word where exact normal numbers take logarithms.
 */
function addNoise(target: Uint8Array, deviation: number, generator: RandomGenerator): void {
  const factor = deviation / deviationOfFour;
  for (let index = 0; index < target.length; index++) {
    const word = generator.uint32();
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
    const value = Math.round((target[index] as number) + factor * (sum - 510));
    target[index] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}
