import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AppOptions, Endpoints } from "./app.js";
import type { Batcher } from "./batcher.js";
import { inputsIn, jsonType, requireWhole } from "./envelope.js";
import { wrongType } from "./problem.js";
import type { Recorder } from "./requestLog.js";
import type { Version } from "./servedModel.js";

/** A version of a model with what answers for it. */
export interface Endpoint extends Version {
  readonly batcher: Batcher;
  /** Keeps what was asked and answered; undefined where nothing is kept. */
  readonly record: Recorder | undefined;
}

/** GET /v1/models, and what answers for each of them. */
export function addPredictions(
  app: FastifyInstance,
  endpoints: Endpoints,
  options: AppOptions,
): void {
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser(
    "application/octet-stream",
    { parseAs: "buffer" },
    // A view that is no Buffer: slices of those are not copies, as they are of all other arrays of bytes.
    (_request, body: Buffer, done) =>
      done(null, new Uint8Array(body.buffer, body.byteOffset, body.byteLength)),
  );
  // A file of an image is one sample.
  app.addContentTypeParser(
    ["image/png", "image/jpeg"],
    { parseAs: "buffer" },
    (_request, body: Buffer, done) => done(null, { inputs: [body] }),
  );
  app.get("/v1/models", { schema: { tags: ["models"] } }, () => ({
    models: [...endpoints].map(([name, versions]) => ({
      name,
      version: versions.at(-1)?.version,
      versions: versions.map(({ version, model: { sha256, run, input, answer } }) => ({
        version,
        sha256,
        run,
        input,
        answer,
      })),
    })),
  }));
  for (const [name, versions] of endpoints) {
    const path = `/v1/models/${name}`;
    addPrediction(app, `${path}/predict`, versions.at(-1) ?? versions[0], options);
    for (const each of versions) {
      addPrediction(app, `${path}/versions/${each.version}/predict`, each, options);
    }
  }
}

function addPrediction(
  app: FastifyInstance,
  path: string,
  { name, version, model, batcher, record }: Endpoint,
  { maxSamples, metrics }: AppOptions,
): void {
  const arrivals = new WeakMap<FastifyRequest, () => void>();
  const seconds = metrics.seconds.labels(name, version);
  const predicted = metrics.predictions.labels(name, version);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const sent = sentIn(request);
    const samples = await (sent instanceof Uint8Array
      ? model.encodeBytes(sent)
      : model.encode(sent));
    arrivals.get(request)?.();
    const outputs = await batcher.predict(samples);
    const predictions = model.describe(outputs);
    record?.(sent, predictions);
    predicted.inc(predictions.length);
    if (request.headers.accept?.startsWith("application/octet-stream")) {
      const { buffer, byteOffset, byteLength } = outputs;
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      return reply.type("application/octet-stream").send(bytes);
    }
    return { model: name, version, predictions };
  };
  const sentIn = ({ body, headers }: FastifyRequest): Uint8Array | readonly unknown[] => {
    const type = headers["content-type"];
    if (type?.startsWith("image/") && !model.takesImages) throw wrongType(type, jsonType);
    if (!(body instanceof Uint8Array)) return inputsIn(body, maxSamples);
    requireWhole(body.byteLength, model.sampleBytes, maxSamples);
    return body;
  };
  app.post(path, {
    schema: {
      tags: ["models"],
      summary: `What ${name} says of samples`,
      body: { content: bodies(model, maxSamples) },
      response: { 200: answers(model) },
    },
    onRequest: (request, _reply, done) => {
      arrivals.set(request, batcher.expect());
      done();
    },
    onResponse: (request, reply, done) => {
      arrivals.get(request)?.();
      seconds.observe(reply.elapsedTime / 1000);
      metrics.requests.labels(name, version, String(reply.statusCode)).inc();
      done();
    },
    onRequestAbort: (request, done) => {
      arrivals.get(request)?.();
      done();
    },
    handler: answer,
  });
}

function bodies(
  { input, sampleBytes, takesImages }: Version["model"],
  maxItems: number,
): Record<string, unknown> {
  const schema = {
    type: "object",
    properties: { inputs: { type: "array", items: input, minItems: 1, maxItems } },
    required: ["inputs"],
    additionalProperties: false,
  };
  return {
    "application/json": { schema },
    ...(sampleBytes !== undefined && { "application/octet-stream": { schema: {} } }),
    ...(takesImages && { "image/png": { schema: {} }, "image/jpeg": { schema: {} } }),
  };
}

const answers = ({ answer }: Version["model"]): Record<string, unknown> => ({
  description: "An answer for each sample, in order",
  content: {
    "application/json": {
      schema: {
        type: "object",
        properties: {
          model: { type: "string" },
          version: { type: "string" },
          predictions: { type: "array", items: answer },
        },
        required: ["model", "version", "predictions"],
      },
    },
    "application/octet-stream": { schema: {} },
  },
});
