import { ArgumentError, tensor } from "@versant/core";
import { onTestFinished } from "vitest";
import type { Samples } from "../../src/serve/batcher.js";
import { RequestError } from "../../src/serve/problem.js";
import type { ServedModel, Version } from "../../src/serve/servedModel.js";
import { type ModelServer, type ServerOptions, startServer } from "../../src/serve/server.js";

/** A model in memory: the sum of three numbers, times a factor. */
export function sums(factor = 1, delay = 0): ServedModel & { readonly batches: number[] } {
  const batches: number[] = [];
  return {
    batches,
    sha256: String(factor).padStart(64, "0"),
    run: undefined,
    input: { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 },
    answer: { type: "object", properties: { numbers: { type: "number" } } },
    sampleBytes: 12,
    takesImages: false,
    encode: async (samples) => samplesOf(Float32Array.from((samples as number[][]).flat())),
    encodeBytes: (bytes) => samplesOf(new Float32Array(bytes.slice().buffer)),
    predict: async ([column]) => {
      const data = column?.dataSync() ?? new Float32Array();
      const count = data.length / 3;
      batches.push(count);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      return Float32Array.from({ length: count }, (_, i) => {
        const [a = 0, b = 0, c = 0] = data.subarray(3 * i, 3 * i + 3);
        return factor * (a + b + c);
      });
    },
    describe: (outputs) => Array.from(outputs, (numbers) => ({ numbers })),
  };
}

function samplesOf(data: Float32Array): Samples {
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const field = `inputs[${Math.floor(wrong / 3)}][${wrong % 3}]`;
    throw new RequestError(400, field, String(data[wrong]), "a finite number");
  }
  if (data.length % 3 !== 0) throw new ArgumentError("received another shape, expected (N, 3).");
  return [tensor(data, { shape: [data.length / 3, 3] })];
}

export const version = (model: ServedModel, version = "one", name = "sums"): Version => ({
  name,
  version,
  model,
});

/** A server on a free port that ends with the test. */
export async function served(
  versions: readonly Version[],
  options: Partial<ServerOptions> = {},
): Promise<ModelServer> {
  const server = await startServer({ open: async () => versions, port: 0, ...options });
  // What it says of its end is the test's to hear.
  onTestFinished(() => server.close().catch(() => {}));
  return server;
}

/** Asks for predictions; an object is sent as JSON. */
export async function ask(
  server: ModelServer,
  body: unknown,
  { path = "/v1/models/sums/predict", headers = {} as Record<string, string> } = {},
): Promise<{ status: number; body: unknown }> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const type = body instanceof Uint8Array ? "application/octet-stream" : "application/json";
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body: isRaw ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
