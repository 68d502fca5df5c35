import { createHash, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { RandomGenerator } from "@versant/core";
import canonicalize from "canonicalize";
import { manyEvents } from "./manyRuns.mjs";

/** Some runs with objects, people and decisions: what there is to alter. */
export async function fillLedger(ledger) {
  for (let number = 0; number < 3; number++) {
    const [started, ...events] = manyEvents(number);
    const { run, payload } = started;
    const file = await ledger.objects.put(`export default ${number};`);
    const code = { ...payload.code, files: [{ path: "experiment.ts", object: file }] };
    const tensors = await ledger.objects.put(`tensors of ${number}`);
    const loop = await ledger.objects.put(`loop of ${number}`);
    const checkpoint = { tensors, loop, bytes: 24, place: { epoch: 10, batch: 0, step: 1000 } };
    await ledger.append([
      { type: "run.started", run, payload: { ...payload, code } },
      ...events.slice(0, -1),
      { type: "checkpoint", run, payload: checkpoint },
      ...events.slice(-1),
      { type: "tagged", run, payload: { added: ["checked"], removed: [] } },
      { type: "decision", run, payload: decision(number) },
    ]);
  }
}

const decision = (number) => ({
  ...{ title: "rate", why: `it fell too slowly, ${number}`, from: "0.1", to: "0.01" },
  ...{ alternatives: ["momentum"], evidence: [] },
});

/**
 * Alters the ledger in a folder in one way that the number decides: which kind, and which event has to
 * be named for it. `sequence` is undefined where none can be.
 */
export function alter(folder, number) {
  const random = new RandomGenerator(number, "sampling");
  const names = Object.keys(kinds);
  const kind = names[number % names.length];
  if (kind === "byte of the file") return { kind, ...alterFile(folder, random) };
  if (kind === "object") return { kind, ...alterObject(folder, random) };
  const database = new DatabaseSync(join(folder, "ledger.sqlite"));
  try {
    return { kind, sequence: kinds[kind](database, random) };
  } finally {
    database.close();
  }
}

const kinds = {
  "byte of a row": alterRow,
  "row deleted": deleteRow,
  "row inserted": insertRow,
  "rows swapped": swapRows,
  "row moved": moveRow,
  "end cut": cutEnd,
  "event replaced, later ones hashed anew": rehash,
  "history signed by another key": resign,
  "table of runs": alterTable,
  schema: alterSchema,
  object: alterObject,
  "byte of the file": alterFile,
};

const pick = (random, values) => values[random.below(values.length)];
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const read = (database) => database.prepare("select * from events order by sequence").all();

/** Events behind the two that every ledger begins with. */
const somewhere = (database, random) => 2 + random.below(read(database).length - 2);

function alterRow(database, random) {
  const column = pick(random, ["body", "body", "hash", "signature", "type", "run"]);
  const rows = read(database).filter((row) => row[column] !== null);
  const row = pick(random, rows);
  const bytes = Buffer.from(row[column]);
  const place = random.below(bytes.length);
  bytes[place] ^= 1 + random.below(127);
  const update = database.prepare(`update events set ${column} = ? where sequence = ?`);
  update.run(bytes.toString(), row.sequence);
  return row.sequence;
}

function deleteRow(database, random) {
  const sequence = random.below(read(database).length);
  database.prepare("delete from events where sequence = ?").run(sequence);
  return sequence;
}

const columns = ["run", "type", "hash", "signature", "body"];

function put(database, sequence, row) {
  database
    .prepare(`insert or replace into events (sequence, ${columns}) values (?, ?, ?, ?, ?, ?)`)
    .run(sequence, ...columns.map((name) => row[name]));
}

function insertRow(database, random) {
  const rows = read(database);
  const sequence = 2 + random.below(rows.length - 1);
  const { body, hash } = rows[sequence - 1];
  // As good as it gets without the key: a copy that stands in its place and follows the one before.
  const forged = canonicalize({ ...JSON.parse(body), sequence, previous: hash });
  rows.slice(sequence).forEach((row, index) => {
    put(database, sequence + index + 1, row);
  });
  put(database, sequence, { ...rows[sequence - 1], body: forged, hash: sha256(forged) });
  return sequence;
}

function swapRows(database, random) {
  const rows = read(database);
  const a = random.below(rows.length);
  const b = (a + 1 + random.below(rows.length - 1)) % rows.length;
  put(database, a, rows[b]);
  put(database, b, rows[a]);
  return Math.min(a, b);
}

function moveRow(database, random) {
  const rows = read(database);
  const from = random.below(rows.length);
  const to = (from + 1 + random.below(rows.length - 1)) % rows.length;
  const [row] = rows.splice(from, 1);
  rows.splice(to, 0, row);
  rows.forEach((each, sequence) => {
    put(database, sequence, each);
  });
  return Math.min(from, to);
}

function cutEnd(database, random) {
  const sequence = somewhere(database, random);
  database.prepare("delete from events where sequence >= ?").run(sequence);
  return sequence;
}

/** Makes the chain whole again from a row on, by whoever `seal` is. */
function chainFrom(database, contents, first, previous, seal) {
  let last = previous;
  contents.forEach((content, index) => {
    const body = canonicalize({ ...content, sequence: first + index, previous: last });
    last = sha256(body);
    const { run, type } = content;
    put(database, first + index, { run, type, body, hash: last, signature: seal(last, index) });
  });
}

function rehash(database, random) {
  const rows = read(database);
  const sequence = somewhere(database, random);
  const contents = rows.slice(sequence).map(({ body }) => JSON.parse(body));
  contents[0].time = new Date(Date.parse(contents[0].time) + 1000).toISOString();
  const own = generateKeyPairSync("ed25519").privateKey;
  const withOwn = random.below(2) === 0;
  chainFrom(database, contents, sequence, rows[sequence - 1].hash, (hash, index) =>
    withOwn
      ? sign(null, Buffer.from(hash, "hex"), own).toString("base64")
      : rows[sequence + index].signature,
  );
  return sequence;
}

/** Whoever writes the end of history anew under a name and key of his own is found by the anchors. */
function resign(database, random) {
  const rows = read(database);
  const sequence = somewhere(database, random);
  const { privateKey } = generateKeyPairSync("ed25519");
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const actor = { name: "Mallory", key: sha256(der).slice(0, 32) };
  const payload = { name: "Mallory", publicKey: der.toString("base64") };
  const replaced = rows.slice(sequence).map(({ body }) => ({ ...JSON.parse(body), actor }));
  const introduction = { ...replaced[0], type: "key.added", run: null, payload };
  chainFrom(
    ...[database, [introduction, ...replaced.slice(1)], sequence, rows[sequence - 1].hash],
    (hash) => sign(null, Buffer.from(hash, "hex"), privateKey).toString("base64"),
  );
  return undefined;
}

function alterTable(database, random) {
  const run = pick(random, database.prepare("select id from runs order by id").all()).id;
  const statements = [
    ["update runs set seed = seed + 1 where id = ?", run],
    ["update runs set weights = hex(weights) where id = ?", run],
    ["update runs set tags = '' where id = ?", run],
    ["update runs set approvals = 1 where id = ?", run],
    ["delete from runs where id = ?", run],
    ["update run_values set number = number * 1.001 where run = ? and kind = 'score'", run],
    ["delete from run_values where run = ? and name = 'test.loss'", run],
    ["insert into run_values values (?, 'score', 'test.f1', 1, null)", run],
    ["update runs set id = id || '-' where id = ?", run],
  ];
  const [text, ...values] = pick(random, statements);
  database.prepare(text).run(...values);
  return undefined;
}

function alterSchema(database, random) {
  const statements = [
    "drop index events_by_run",
    "create table more (name text)",
    "create view best as select * from runs",
    `create trigger forget after insert on events when new.type = 'decision'
      begin delete from events where sequence = new.sequence; end`,
    "pragma user_version = 0",
    "pragma application_id = 1",
  ];
  database.exec(pick(random, statements));
  return undefined;
}

/** @returns the first event that speaks of it */
function alterObject(folder, random) {
  const objects = join(folder, "objects");
  const paths = readdirSync(objects)
    .sort()
    .flatMap((prefix) =>
      readdirSync(join(objects, prefix)).map((rest) => [
        prefix + rest,
        join(objects, prefix, rest),
      ]),
    );
  const [hash, path] = pick(random, paths);
  const bytes = readFileSync(path);
  const way = random.below(3);
  if (way === 0) rmSync(path);
  else if (way === 1) writeFileSync(path, bytes.subarray(1 + random.below(bytes.length - 1)));
  else {
    bytes[random.below(bytes.length)] ^= 1 + random.below(255);
    writeFileSync(path, bytes);
  }
  const database = new DatabaseSync(join(folder, "ledger.sqlite"), { readOnly: true });
  try {
    return { sequence: read(database).find(({ body }) => body.includes(hash))?.sequence };
  } finally {
    database.close();
  }
}

function alterFile(folder, random) {
  const path = join(folder, "ledger.sqlite");
  const bytes = readFileSync(path);
  bytes[random.below(bytes.length)] ^= 1 + random.below(255);
  writeFileSync(path, bytes);
  return { sequence: undefined };
}

/**
 * All that a ledger says, as one text. An altered byte that changes none of it, in a place of the file
 * that holds nothing, is no alteration of the ledger.
 */
export function contentOf(folder) {
  const database = new DatabaseSync(join(folder, "ledger.sqlite"), { readOnly: true });
  try {
    const tables = ["sqlite_schema", "events", "runs", "run_values"].map((table) => {
      const names = table === "sqlite_schema" ? "type, name, tbl_name, sql" : "*";
      return database.prepare(`select ${names} from ${table} not indexed order by 1, 2, 3`).all();
    });
    return JSON.stringify(tables);
  } finally {
    database.close();
  }
}
