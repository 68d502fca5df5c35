import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parametersOf } from "./layers.mjs";
import { randomStream } from "./random.mjs";

const BATCHES = 8;

function initialValues(random, { shape, range, value }) {
  const length = shape.reduce((product, size) => product * size, 1);
  return range === undefined ? new Float32Array(length).fill(value) : random.uniform(length, range);
}

/**
 * Writes a workload for peers of any language: `<name>.bin` holds all numbers one after the other,
 * `<name>.json` the description with the place (`offset`, in bytes) of each initial parameter and
 * of each array of each batch. Every peer thereby starts from the same numbers.
 *
 * @returns {string} the path of the JSON file
 */
export function writeWorkload(folder, { batch, batches = BATCHES, ...description }) {
  const random = randomStream(42);
  const file = openSync(join(folder, `${description.name}.bin`), "w");
  let offset = 0;
  const write = (values) => {
    const start = offset;
    offset += writeSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return start;
  };
  const parameters = description.layers.flatMap((layer, index) =>
    parametersOf[layer.type](layer).map((parameter) => ({
      name: `${index}.${parameter.name}`,
      shape: parameter.shape,
      offset: write(initialValues(random, parameter)),
    })),
  );
  const arrays = Array.from({ length: batches }, (_, index) =>
    Object.entries(batch(random)).map(([key, { shape, data }]) => ({
      batch: index,
      key,
      shape,
      dtype: data instanceof Int32Array ? "int32" : "float32",
      offset: write(data),
    })),
  ).flat();
  closeSync(file);
  const path = join(folder, `${description.name}.json`);
  writeFileSync(path, JSON.stringify({ ...description, batches, parameters, arrays }));
  return path;
}
