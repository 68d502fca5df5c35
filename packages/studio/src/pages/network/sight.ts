/** The part of a drawing that is in sight, in the drawing's own units. */
export interface Sight {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** How many pixels a unit of the drawing may have at most: letters of twice their size. */
const largest = 2;

/** All of a drawing, in the middle of a window; never larger than it was drawn. */
export function whole(drawing: Extent, window: Extent): Sight {
  const scale = Math.min(1, window.width / drawing.width, window.height / drawing.height);
  const width = window.width / scale;
  const height = window.height / scale;
  return { x: (drawing.width - width) / 2, y: (drawing.height - height) / 2, width, height };
}

/** As much of a drawing as can be read: its width if that does, and its end, where the answer comes out. */
export function readable(drawing: Extent, window: Extent): Sight {
  const all = whole(drawing, window);
  const smallest = 0.6;
  if (window.width / all.width >= smallest) return all;
  const [width, height] = [window.width / smallest, window.height / smallest];
  return { x: (drawing.width - width) / 2, y: Math.max(0, drawing.height - height), width, height };
}

/**
 * Closer by `factor`, with the point (x, y) of the drawing where it was. One sees at most three times the
 * drawing, and at least so much that letters have twice their size.
 */
export function zoomed(
  sight: Sight,
  factor: number,
  { x, y }: { readonly x: number; readonly y: number },
  { drawing, window }: { readonly drawing: Extent; readonly window: Extent },
): Sight {
  const furthest = 3 * Math.max(drawing.width, (drawing.height * window.width) / window.height);
  const nearest = window.width / largest;
  const width = Math.max(nearest, Math.min(Math.max(furthest, nearest), sight.width / factor));
  const share = width / sight.width;
  return {
    x: x - (x - sight.x) * share,
    y: y - (y - sight.y) * share,
    width,
    height: sight.height * share,
  };
}

/** Moved as little as shows a box around (x, y). */
export function showing(
  sight: Sight,
  { x, y }: { readonly x: number; readonly y: number },
  { width, height }: Extent,
): Sight {
  const moved = (start: number, length: number, at: number, size: number): number =>
    Math.min(at - size / 2, Math.max(at + size / 2 - length, start));
  return {
    ...sight,
    x: moved(sight.x, sight.width, x, width * 1.3),
    y: moved(sight.y, sight.height, y, height * 2),
  };
}
