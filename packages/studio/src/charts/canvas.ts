/** A colour of tokens.css as it is now: the canvas knows no custom properties. */
export const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const faded = (color: string, share: number): string =>
  `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, transparent)`;

export const font = '11px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif';

/** A canvas as wide as its box and sharp on the screen at hand, empty, with lengths in pixels of the page. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  if (context) context.font = font;
  return context;
}
