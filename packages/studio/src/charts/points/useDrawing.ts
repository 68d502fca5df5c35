import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isDark, text } from "../../app/preferences.js";
import { prepare } from "../canvas.js";

/** The width of a box in pixels, as it is now; 0 before it is known. */
export function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** A canvas that is drawn anew, once a frame at most, when its size, theme or language or what it shows changes. */
export function useDrawing(
  size: { readonly width: number; readonly height: number },
  draw: (context: CanvasRenderingContext2D) => void,
  shown: readonly unknown[],
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = size;
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const context = canvas.current && width > 0 && prepare(canvas.current, width, height);
      if (context) draw(context);
    });
    return () => cancelAnimationFrame(frame);
  }, [...shown, width, height, isDark.value, text.value.locale]);
  return canvas;
}
