import type { DType, Shape, TypedArray } from "../array/index.js";
import { contiguousStrides } from "../array/index.js";

const edge = 3;
const threshold = 1000;

function formatElements(values: readonly number[], dtype: DType): string[] {
  if (dtype === "bool") return values.map((value) => (value ? "true" : "false"));
  if (dtype === "int32" || dtype === "uint8") return values.map(String);
  const finite = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const largest = Math.max(0, ...finite);
  const smallest = Math.min(Number.POSITIVE_INFINITY, ...finite);
  const exponential = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e6;
  const short = (value: number): string =>
    exponential ? value.toExponential(4) : String(Number(value.toFixed(4)));
  const decimals = Math.max(
    ...values.map((value) => (short(value).split("e")[0]?.split(".")[1] ?? "").length),
    0,
  );
  return values.map((value) => {
    if (Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
    if (exponential) return short(value);
    return decimals === 0 ? `${value.toFixed(0)}.` : value.toFixed(decimals);
  });
}

/**
 * Nested brackets with aligned columns; beyond 1,000 elements only the first and last three of each
 * axis are shown.
 */
export function formatTensor(data: TypedArray, shape: Shape, dtype: DType): string {
  const strides = contiguousStrides(shape);
  const shorten = data.length > threshold;
  const positions = (size: number): (number | null)[] => {
    const all = Array.from({ length: size }, (_, position) => position);
    return shorten && size > 2 * edge ? [...all.slice(0, edge), null, ...all.slice(-edge)] : all;
  };
  const shown: number[] = [];
  const collect = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      shown.push(data[offset] as number);
      return;
    }
    for (const position of positions(shape[axis] as number)) {
      if (position !== null) collect(axis + 1, offset + position * (strides[axis] as number));
    }
  };
  collect(0, 0);
  const texts = formatElements(shown, dtype);
  const width = Math.max(0, ...texts.map((text) => text.length));
  let next = 0;
  const render = (axis: number, indent: string): string => {
    if (axis === shape.length) return (texts[next++] as string).padStart(width);
    const parts = positions(shape[axis] as number).map((position) =>
      position === null ? "..." : render(axis + 1, `${indent} `),
    );
    const depth = shape.length - axis;
    const separator = depth === 1 ? " " : `${"\n".repeat(depth - 1)}${indent} `;
    return `[${parts.join(separator)}]`;
  };
  return render(0, "");
}
