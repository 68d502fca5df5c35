import { canonicalJson } from "../files/canonical.js";
import type { Chain } from "./chain.js";
import type { Database } from "./database.js";
import type { Ledger } from "./ledger.js";
import type { Fault } from "./verify.js";

type Query = Database["query"];

/** What SQLite says of the file. */
export function integrityOf({ connection }: Database): Fault | undefined {
  try {
    const [first] = connection.prepare("pragma integrity_check(1)").all();
    const found = Object.values(first ?? {})[0];
    if (found === "ok") return undefined;
    return { sequence: undefined, reason: `the file is damaged: ${found}` };
  } catch (error) {
    return { sequence: undefined, reason: `the file is damaged: ${(error as Error).message}` };
  }
}

/** A trigger could forget what is recorded next, a view pretend to be a table. */
export function compareSchema(kept: Database, fresh: Database): Fault | undefined {
  const text = "select type, name, tbl_name, sql from sqlite_schema order by name";
  const read = ({ connection }: Database): string => canonicalJson(connection.prepare(text).all());
  if (read(kept) === read(fresh)) return undefined;
  const reason = "the database has other tables, indices or triggers than Versant makes";
  return { sequence: undefined, reason };
}

/** The tables are there for speed; whoever changes them deceives all the same. */
export async function compareTables(keptTables: Query, fresh: Query): Promise<Fault | undefined> {
  const runs = (query: Query) => query.selectFrom("runs").selectAll().orderBy("id").execute();
  const values = (query: Query) =>
    query
      .selectFrom("run_values")
      .selectAll()
      .orderBy("run")
      .orderBy("kind")
      .orderBy("name")
      .execute();
  for (const read of [runs, values]) {
    const [kept, expected] = [await read(keptTables), await read(fresh)];
    for (let index = 0; index < Math.max(kept.length, expected.length); index++) {
      const [is, shouldBe] = [kept[index], expected[index]].map((row) => row && canonicalJson(row));
      if (is === shouldBe) continue;
      const row = expected[index] ?? kept[index];
      const run = row && "id" in row ? row.id : row?.run;
      return {
        sequence: undefined,
        reason: `the list of runs says of ${run} what no event says; expected ${shouldBe ?? "nothing"}`,
      };
    }
  }
  return undefined;
}

/** Every object that the events speak of has to be there, and be what its hash says. */
export async function compareObjects(
  ledger: Ledger,
  { objects, head }: Chain,
): Promise<Fault | undefined> {
  for (const [hash, { sequence, isCheckpoint, collected }] of objects) {
    try {
      await ledger.objects.get(hash);
    } catch (error) {
      if (isCheckpoint && (await isCollectedSince(ledger, hash, head?.sequence))) continue;
      const { message } = error as Error;
      const by = ` It was collected by ${collected}, though it is no checkpoint's alone.`;
      return { sequence, reason: collected ? message + by : message };
    }
  }
  return undefined;
}

/** A run that goes on collects its checkpoints, also while its ledger is looked at. */
async function isCollectedSince(ledger: Ledger, hash: string, after?: number): Promise<boolean> {
  if (await ledger.objects.has(hash)) return false;
  const events = await ledger.events({ types: ["collected"], after: after ?? -1 });
  return events.some(({ payload }) => payload.objects.includes(hash));
}
