import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ArgumentError, ExecutionError, StreamLoader } from "@versant/core";
import { afterEach, describe, expect, test } from "vitest";
import {
  type WorkerSource,
  type WorkerSourceOptions,
  workerSource,
} from "../../src/loading/workerSource.js";

const open: WorkerSource[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

function numbers(
  behaviour: Readonly<Record<string, unknown>>,
  options: Partial<WorkerSourceOptions> = {},
): WorkerSource {
  const source = workerSource({
    module: new URL("../fixtures/loading/numbers.mjs", import.meta.url),
    options: behaviour,
    columns: ["number", "epoch"].map((name) => ({ name, shape: [], dtype: "int32" })),
    samples: 25,
    chunk: 4,
    ...options,
  });
  open.push(source);
  return source;
}

async function read(source: WorkerSource, epoch = 0): Promise<number[]> {
  const list: number[] = [];
  for await (const [values, epochs] of source.read(epoch)) {
    list.push(...(values ?? []));
    expect([...(epochs ?? [])].every((each) => each === epoch)).toBe(true);
  }
  return list;
}

const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe("workerSource", () => {
  test("gives the same order whatever the number of workers", async () => {
    expect(await read(numbers({ delays: true }))).toEqual(upTo(25));
    const orders = [];
    for (const workers of [1, 3]) {
      const source = numbers({ delays: true }, { workers, shuffle: true, seed: 7 });
      orders.push([await read(source, 2), await read(source, 3), await read(source, 2)]);
    }
    const [[second = [], third, again] = []] = orders;
    expect(second.toSorted((a, b) => a - b)).toEqual(upTo(25));
    expect(third).not.toEqual(second);
    expect(again).toEqual(second);
    expect(orders[1]).toEqual(orders[0]);
  });

  test("leaves samples out where it may, and names them", async () => {
    const source = numbers({ skips: 9 }, { maySkip: true });
    expect(source.samples).toBeUndefined();
    expect(await read(source)).toEqual(upTo(25).filter((each) => each !== 9));
    expect([...source.skipped]).toEqual(["sample 9"]);
    await expect(async () => {
      const loader = new StreamLoader(numbers({ skips: 9 }), { batchSize: 5 });
      for await (const _ of loader.batches(0));
    }).rejects.toThrow(/gave 24 samples.*expected 25/);
  });

  test("names a sample that cannot be prepared", async () => {
    const reading = read(numbers({ fails: 17 }, { workers: 2 }));
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow("sample 17: cannot be read");
  });

  test("tells of a worker that dies, and starts others when it is read again", async () => {
    const source = numbers({ dies: 6 }, { workers: 2 });
    for (let attempt = 0; attempt < 2; attempt++) {
      const reading = read(source);
      await expect(reading).rejects.toThrow(ExecutionError);
      await expect(reading).rejects.toThrow(/a worker .* ended with exit code 3/);
    }
  });

  test("tells of a module that does not load", async () => {
    const module = new URL("none.mjs", import.meta.url);
    await expect(read(numbers({}, { module }))).rejects.toThrow(/a worker .* failed: .*none\.mjs/);
  });

  test("can be left early, closed, and read again", async () => {
    const source = numbers({});
    for await (const _ of source.read(0)) break;
    expect(await read(source)).toEqual(upTo(25));
    await source.close();
    expect(await read(source)).toEqual(upTo(25));
  });

  test("ends reading when it is closed meanwhile, and starts anew after it", async () => {
    const source = numbers({}, { workers: 2 });
    const reading = (async () => {
      for await (const _ of source.read(0)) await source.close();
    })();
    await expect(reading).rejects.toThrow(ExecutionError);
    await expect(reading).rejects.toThrow(/closed while an epoch was read/);
    expect(await read(source)).toEqual(upTo(25));
  });

  test("keeps the workers that a read starts while others are closed", async () => {
    const source = numbers({});
    expect(await read(source)).toEqual(upTo(25));
    const closing = source.close();
    expect(await read(source)).toEqual(upTo(25));
    await closing;
    expect(await read(source, 1)).toEqual(upTo(25));
  });

  test.each([
    ["with less to do than there are workers", ["ends.mjs", "4", "4"], "4"],
    ["that leaves an epoch", ["ends.mjs", "100", "20"], "20"],
    ["whose workers were never asked", ["idle.mjs"], "idle"],
  ])("lets a program end %s", async (_, [program = "", ...args], printed) => {
    const path = fileURLToPath(new URL(`../fixtures/loading/${program}`, import.meta.url));
    const run = promisify(execFile)(process.execPath, [path, ...args], { timeout: 20_000 });
    expect((await run).stdout).toBe(`${printed}\n`);
  });

  test.each([
    [{ seed: Number.NaN }, /^workerSource: received seed NaN/],
    [{ workers: 0 }, /workers 0/],
    [{ samples: 0 }, /samples 0/],
    [{ chunk: 1.5 }, /chunk 1.5/],
    [{ module: "numbers.mjs" as never }, /"numbers\.mjs" as the module, expected an? URL/],
  ])("refuses the options %o", (options, message) => {
    expect(() => numbers({}, options)).toThrow(message);
  });
});
