import { ArgumentError, describeValue } from "@versant/core/internal";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { landscapeDirections, landscapeParts } from "../ledger/landscapeEvent.js";
import { newestLandscapes } from "../ledger/landscapes.js";
import { findRun } from "../ledger/runs.js";
import type { LandscapeAnswer, LandscapeRequest } from "./api/index.js";
import { LandscapeProcess } from "./landscapeProcess.js";
import { requireNames } from "./people.js";
import { Query } from "./query.js";
import type { LedgerSource } from "./source.js";

type Named = FastifyRequest<{ Params: { id: string } }>;

/** Landscapes that were recorded, and a way to have one measured. */
export function addLandscapes(app: FastifyInstance, source: LedgerSource): void {
  const running = new LandscapeProcess(source.folder);
  app.addHook("onClose", () => running.stop());
  const answer = (word: string): Promise<LandscapeAnswer> =>
    source.read(async (ledger) => {
      const { id } = await findRun(ledger, word);
      const landscapes = await newestLandscapes(ledger, id);
      return { landscapes, work: running.work, failure: running.failureOf(id) };
    });
  app.get("/api/runs/:id/landscape", (request: Named) => {
    new Query(request.query, []);
    return answer(request.params.id);
  });
  app.post("/api/runs/:id/landscape", async (request: Named, reply) => {
    const asked = requireLandscape(request.body);
    const { id } = await source.read((ledger) => findRun(ledger, request.params.id));
    return reply.status(202).send(running.start(id, asked));
  });
  app.post("/api/runs/:id/landscape/stop", async (request: Named) => {
    requireNames("landscape", request.body, []);
    const { id } = await source.read((ledger) => findRun(ledger, request.params.id));
    if (running.work?.run === id) await running.stop();
    return answer(id);
  });
}

const choices: readonly (readonly ["directions" | "part", readonly unknown[]])[] = [
  ["directions", landscapeDirections],
  ["part", [...landscapeParts, undefined]],
];

/** Bodies come from outside; how large numbers may be the command says. */
function requireLandscape(body: unknown): LandscapeRequest {
  const names = ["directions", "part", "grid", "samples"];
  const asked = requireNames<LandscapeRequest>("landscape", body, names);
  for (const [name, words] of choices) {
    const value = asked[name];
    if (words.includes(value)) continue;
    throw new ArgumentError(
      `landscape: received ${describeValue(value)} as ${name}, expected ${words.slice(0, 2).join(" or ")}.`,
    );
  }
  for (const name of ["grid", "samples"] as const) {
    if (asked[name] === undefined || Number.isSafeInteger(asked[name])) continue;
    throw new ArgumentError(
      `landscape: received ${describeValue(asked[name])} as ${name}, expected a whole number.`,
    );
  }
  return asked;
}
