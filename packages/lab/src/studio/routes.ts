import type { FastifyInstance, FastifyRequest } from "fastify";
import { languages } from "../accountability/items.js";
import { dossier } from "../dossier/dossier.js";
import { readDiff } from "../ledger/diff.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import { answerEvents, answerRun, eventsParameters } from "./detail.js";
import { FieldStore } from "./fields.js";
import { answerInside } from "./inside.js";
import { answerGraph, ModelStore, modelFileType } from "./models.js";
import { answerPasses, passesParameters } from "./passes.js";
import { sayings } from "./people.js";
import { sandboxed } from "./policy.js";
import { StudioError } from "./problem.js";
import { Query } from "./query.js";
import { answerRuns, runsParameters } from "./runs.js";
import { answerSearch, answerSearches } from "./searches.js";
import { SeriesStore, seriesParameters } from "./series.js";
import type { LedgerSource } from "./source.js";
import { Sparklines } from "./sparklines.js";

type Named = FastifyRequest<{ Params: { id: string; file: string } }>;

/** What is read of the ledger: `api/` says what is answered. */
export function addReading(app: FastifyInstance, source: LedgerSource): void {
  const stores = storesOf(source);
  const get = (
    path: string,
    parameters: readonly string[],
    answer: (ledger: Ledger, id: string, query: Query) => Promise<unknown>,
  ) =>
    app.get(path, (request: Named) => {
      const query = new Query(request.query, parameters);
      return source.read((ledger) => answer(ledger, request.params.id, query));
    });

  get("/api/fields", [], (ledger) => stores().fields.answer(ledger));
  get("/api/runs", runsParameters, (ledger, _id, query) =>
    answerRuns(ledger, query, stores().sparklines),
  );
  get("/api/runs/:id", [], answerRun);
  get("/api/runs/:id/series", seriesParameters, async (ledger, word, query) => {
    const { id } = await findRun(ledger, word);
    return stores().series.answer(ledger, id, query);
  });
  get("/api/runs/:id/events", eventsParameters, async (ledger, word, query) => {
    const { id } = await findRun(ledger, word);
    return answerEvents(ledger, id, query);
  });
  get("/api/runs/:id/graph", [], answerGraph);
  get("/api/runs/:id/passes", passesParameters, answerPasses);
  get("/api/runs/:id/inside", [], answerInside);
  get("/api/runs/:id/model", [], (ledger, id) => stores().models.answer(ledger, id));
  get("/api/diff", ["a", "b"], (ledger, _id, query) =>
    readDiff(ledger, required(query, "a"), required(query, "b")),
  );
  get("/api/searches", [], (ledger) => answerSearches(ledger));
  get("/api/searches/:id", [], answerSearch);

  app.get("/api/runs/:id/model/:file", async (request: Named, reply) => {
    const { id, file } = request.params;
    const content = await source.read((ledger) => stores().models.file(ledger, id, file));
    // What is no text is sent as it is: the serializer is not asked.
    return reply.type(modelFileType(file)).send(Buffer.from(content));
  });
  app.get("/api/runs/:id/dossier", async (request: Named, reply) => {
    const language = new Query(request.query, ["language"]).word("language", languages);
    const page = await source.read((ledger) =>
      dossier(ledger, { run: request.params.id, language }),
    );
    return sandboxed(reply).type("text/html; charset=utf-8").send(page);
  });
}

/** What people say; each is signed and on the disk when it is answered. */
export function addSayings(app: FastifyInstance, source: LedgerSource): void {
  for (const [name, say] of Object.entries(sayings)) {
    app.post(`/api/runs/:id/${name}`, async (request: Named, reply) => {
      const said = await source.write((ledger) => say(ledger, request.params.id, request.body));
      return reply.status(201).send(said);
    });
  }
}

/** What is kept of a ledger between two questions is worth nothing when another one is there. */
function storesOf(source: LedgerSource) {
  const fresh = () => ({
    generation: source.generation,
    sparklines: new Sparklines(),
    series: new SeriesStore(),
    models: new ModelStore(),
    fields: new FieldStore(),
  });
  let stores = fresh();
  return () => {
    if (stores.generation !== source.generation) stores = fresh();
    return stores;
  };
}

function required(query: Query, name: string): string {
  const value = query.text(name);
  if (value !== undefined) return value;
  throw new StudioError(400, `${name}: received nothing, expected the name of a run.`);
}
