import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const arrayTypes = { float32: Float32Array, int32: Int32Array };
const sizeOf = (shape) => shape.reduce((size, extent) => size * extent, 1);

/**
 * A workload as `npm run bench` wrote it: the description, and every array as `{ shape, data }`, the
 * parameters in the order of the layers and each batch by key.
 */
export async function readWorkload(path) {
  const workload = JSON.parse(await readFile(path, "utf8"));
  const binary = join(dirname(path), `${workload.name}.bin`);
  const { buffer } = Uint8Array.from(await readFile(binary));
  const read = ({ shape, dtype = "float32", offset }) => ({
    shape,
    data: new arrayTypes[dtype](buffer, offset, sizeOf(shape)),
  });
  const batches = [];
  for (const array of workload.arrays) {
    batches[array.batch] ??= {};
    batches[array.batch][array.key] = read(array);
  }
  return { ...workload, parameters: (workload.parameters ?? []).map(read), batches };
}

/** A matrix with rows and columns exchanged. */
export function transposed({ shape: [rows, columns], data }) {
  const result = new data.constructor(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column];
  return { shape: [columns, rows], data: result };
}
