import type { Relief } from "./relief.js";

/** From where a surface is looked at, in degrees. */
export interface View {
  /** Around the vertical axis. */
  readonly azimuth: number;
  /** Above the horizon. */
  readonly elevation: number;
}

export const firstView: View = { azimuth: 35, elevation: 38 };

/** A view that is turned; one cannot look from below. */
export const turned = ({ azimuth, elevation }: View, right: number, up: number): View => ({
  azimuth: (((azimuth + right) % 360) + 360) % 360,
  elevation: Math.max(8, Math.min(elevation + up, 90)),
});

/** A place of the picture, and how far it is from whoever looks. */
export interface Seen {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

/** How high the highest loss stands, where a side is 1. */
const tallest = 0.55;

/** Half of what a surface needs of the picture, whatever the view. */
const reach = Math.SQRT1_2 * 1.04;

/** Puts places of the unit square, with heights from 0 to 1, into a picture. */
export function projection(
  { azimuth, elevation }: View,
  { width, height }: { readonly width: number; readonly height: number },
): (shareX: number, shareY: number, shareZ: number) => Seen {
  const [turn, tilt] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  const [cos, sin, sinTilt, cosTilt] = [
    Math.cos(turn),
    Math.sin(turn),
    Math.sin(tilt),
    Math.cos(tilt),
  ];
  const tall = reach * sinTilt + (tallest / 2) * cosTilt;
  const size = Math.min(width / (2 * reach), height / (2 * tall));
  return (shareX, shareY, shareZ) => {
    const [x, y, z] = [shareX - 0.5, shareY - 0.5, (shareZ - 0.5) * tallest];
    const across = x * cos - y * sin;
    const away = x * sin + y * cos;
    return {
      x: width / 2 + size * across,
      y: height / 2 - size * (away * sinTilt + z * cosTilt),
      depth: away * cosTilt - z * sinTilt,
    };
  };
}

/** A piece of the surface between four places of the grid. */
export interface Facet {
  readonly corners: readonly Seen[];
  /** Of its middle. */
  readonly height: number;
  /** How bright it is, 1 where it is level. */
  readonly light: number;
  readonly depth: number;
}

/** Places along a side that are drawn at most. */
const finest = 64;

/** The surface in pieces, the farthest first: what is near is drawn over what is behind it (painter's algorithm). */
export function facetsOf(relief: Relief, place: ReturnType<typeof projection>): Facet[] {
  const { columns, rows, heights } = relief;
  const [placesX, placesY] = [placesOf(columns), placesOf(rows)];
  const at = (column: number, row: number): number => heights[row * columns + column] ?? 0;
  const facets: Facet[] = [];
  for (const [j, row] of placesY.slice(0, -1).entries()) {
    for (const [i, column] of placesX.slice(0, -1).entries()) {
      const [nextColumn, nextRow] = [placesX[i + 1] ?? column, placesY[j + 1] ?? row];
      const around = [
        [column, row],
        [nextColumn, row],
        [nextColumn, nextRow],
        [column, nextRow],
      ] as const;
      const corners = around.map(([c, r]) => place(c / (columns - 1), r / (rows - 1), at(c, r)));
      const slopeX = (at(nextColumn, row) - at(column, row)) * (columns - 1);
      const slopeY = (at(column, nextRow) - at(column, row)) * (rows - 1);
      facets.push({
        corners,
        height: around.reduce((sum, [c, r]) => sum + at(c, r), 0) / 4,
        light: lightOf(slopeX / (nextColumn - column), slopeY / (nextRow - row)),
        depth: corners.reduce((sum, { depth }) => sum + depth, 0) / 4,
      });
    }
  }
  return facets.sort((a, b) => b.depth - a.depth);
}

function placesOf(count: number): number[] {
  const stride = Math.ceil((count - 1) / finest);
  const places = Array.from({ length: Math.ceil(count / stride) }, (_, index) => index * stride);
  return places.at(-1) === count - 1 ? places : [...places, count - 1];
}

/** Light comes from the left and above, and falls on what leans towards it. */
function lightOf(slopeX: number, slopeY: number): number {
  const lean = (slopeX - 0.6 * slopeY) * tallest;
  return 1 + 0.22 * (lean / Math.hypot(1, lean));
}
