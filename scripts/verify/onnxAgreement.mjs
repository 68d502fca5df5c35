import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-web";
import { exportOnnx, isLoader, Run, slice, tensor } from "versant";
import { openModel } from "versant/ledger";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** Numbers of samples that are answered at once. */
const batches = [1, 3, 16, 256];

/**
 * Trains an experiment's model for some seconds, exports it, and compares the answers of onnxruntime-web
 * to test samples, as the dataset stores them, with those of Versant.
 *
 * @returns the largest difference, as a share of the largest answer or of 1 where all are smaller
 */
export async function compareExport(experiment, { hyperparameters = {}, seconds = 10 } = {}) {
  const end = Date.now() + 1000 * seconds;
  const stop = {
    onBatchEnd: (context) => {
      if (Date.now() > end) context.stop("long enough for an export");
    },
  };
  const run = await Run.prepare(experiment, { hyperparameters, callbacks: [stop] });
  await run.fit();
  const folder = mkdtempSync(join(tmpdir(), "versant-onnx-"));
  try {
    const [file, exported] = [join(folder, "model.safetensors"), join(folder, "model.onnx")];
    writeFileSync(file, (await run.weights()).bytes);
    const model = await openModel(file);
    await exportOnnx(model, exported);
    const bytes = readFileSync(exported);
    const difference = await compareAnswers(model, bytes, run.setup.data);
    return { bytes: bytes.length, difference };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareAnswers(model, bytes, { train, test = train }) {
  const session = await ort.InferenceSession.create(bytes);
  let difference = 0;
  try {
    for (const count of batches) {
      const columns = await storedColumns(test, count);
      const inputs = model.graph.inputs.map(({ name }) => columns.get(name));
      const feeds = Object.fromEntries(
        session.inputNames.map((name, index) => {
          const { dtype, shape } = inputs[index];
          const data = inPeoplesScale(inputs[index], model.signature.input).dataSync();
          return [name, new ort.Tensor(dtype, data, [...shape])];
        }),
      );
      const { output } = await session.run(feeds);
      const expected = await (await model.predict(inputs)).data();
      const largest = expected.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
      output.data.forEach((each, place) => {
        difference = Math.max(difference, Math.abs(each - expected[place]) / largest);
        if (Number.isNaN(each) !== Number.isNaN(expected[place])) difference = Infinity;
      });
    }
  } finally {
    await session.release();
  }
  return difference;
}

/** No example has a scale for one of several inputs. */
const inPeoplesScale = (stored, { scale }) =>
  scale ? stored.mul(tensor(scale.deviation)).add(tensor(scale.mean)) : stored;

/** Columns of the first samples by name, before the dataset's transform. */
async function storedColumns(part, count) {
  if (isLoader(part) && !part.dataset) {
    const columns = await firstOf(part.read(0));
    return named(
      part.stored,
      columns.map((column) => column.at(slice(0, count))),
    );
  }
  const dataset = part.dataset ?? part;
  const { stored } = dataset;
  const transform = stored?.transform;
  // What a dataset gives are its columns, once its transform leaves them as they are.
  if (stored) stored.transform = (...columns) => columns;
  try {
    const length = Math.min(count, dataset.length);
    return named(stored, dataset.take(tensor(Int32Array.from({ length }, (_, index) => index))));
  } finally {
    if (stored) stored.transform = transform;
  }
}

const named = (stored, columns) =>
  new Map(columns.map((column, index) => [stored?.columns[index].name ?? `input${index}`, column]));

async function firstOf(batches) {
  for await (const batch of batches) return batch;
}
