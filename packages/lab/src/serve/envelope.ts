import { describeValue, shortened } from "@versant/core/internal";
import { RequestError, wrongType } from "./problem.js";

/** What a model expects that takes neither raw numbers nor files. */
export const jsonType = "application/json, as this model has samples of another kind";

/** What a request in JSON has to be, around its samples. */
export const example = 'JSON such as { "inputs": [...] }';

/**
 * The samples of a request in JSON; the model looks at each of them.
 *
 * @throws RequestError when it is no object with a list `inputs` of 1 to `most` samples, and nothing else
 */
export function inputsIn(body: unknown, most: number): readonly unknown[] {
  if (body === undefined) throw new RequestError(400, "body", "nothing", example);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new RequestError(400, "body", describeValue(body), example);
  }
  const { inputs, ...others } = body as Readonly<Record<string, unknown>>;
  const [unknown] = Object.entries(others);
  if (unknown) {
    throw new RequestError(
      400,
      shortened(unknown[0]),
      describeValue(unknown[1]),
      "no field but inputs",
    );
  }
  if (!Array.isArray(inputs)) {
    const received = inputs === undefined ? "nothing" : describeValue(inputs);
    throw new RequestError(400, "inputs", received, "a list of samples");
  }
  if (inputs.length === 0) throw new RequestError(400, "inputs", "0 samples", "one at least");
  requireFew(inputs.length, most);
  return inputs;
}

/**
 * Whether so many bytes are whole samples.
 *
 * @param size bytes of a sample
 * @throws RequestError when they are not, are none, or more than `most`
 */
export function requireWhole(bytes: number, size: number | undefined, most: number): void {
  if (size === undefined) {
    throw wrongType("application/octet-stream", jsonType);
  }
  if (bytes === 0 || bytes % size !== 0) {
    const expected = `a multiple of ${size}, the bytes of one sample`;
    throw new RequestError(400, "body", `${bytes} bytes`, expected);
  }
  requireFew(bytes / size, most);
}

function requireFew(samples: number, most: number): void {
  if (samples <= most) return;
  throw new RequestError(413, "inputs", `${samples} samples`, `at most ${most} in one request`);
}
