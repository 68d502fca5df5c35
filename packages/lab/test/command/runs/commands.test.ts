import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { Ledger } from "../../../src/ledger/ledger.js";
import { makeIdentity, startedDraft, temporaryFolder } from "../../ledger/temporary.js";
import { run } from "../run.js";
import { commandLedger, twoRuns } from "./filled.js";

describe("versant show", () => {
  test("tells what was run, by whom, with what, and what came of it", async () => {
    const ledger = await twoRuns();
    await ledger.append([
      {
        type: "steer.applied",
        run: "b",
        payload: {
          ...{ action: "learningRate", value: 0.001, from: 0.01, request: "4e9" },
          place: { epoch: 0, batch: 5, step: 5 },
        },
      },
      {
        type: "decision",
        run: "b",
        payload: {
          ...{ title: "lower the rate", why: "it swings", from: "0.01", to: "0.001" },
          ...{ alternatives: ["momentum"], evidence: ["a"] },
        },
      },
    ]);
    const { code, out } = await run("show", "b");
    expect(code).toBe(0);
    expect(out).toMatch(/^b \(#2\) of line$/m);
    expect(out).toMatch(/^state +stopped: it said "no", twice$/m);
    expect(out).toMatch(/^learningRate +0\.01 +flag +0\.00001 to 1, log +0\.1$/m);
    expect(out).toMatch(/^seed +43$/m);
    expect(out).toMatch(/^ +1 +0\.1 +0\.1 +1\.000 +0\.9000 +2\.000$/m);
    expect(out).toMatch(/after training: loss 0\.2500$/m);
    expect(out).toContain("This test set was looked at 2 times by 2 runs.");
    expect(out).toMatch(/Ada learning rate 0\.001 instead of 0\.01 at step 5$/m);
    expect(out).toMatch(
      /Ada decides: lower the rate \(from 0\.01 to 0\.001\), because it swings; instead of momentum; on/,
    );
  });

  test("gives the same as JSON", async () => {
    await twoRuns();
    const { out } = await run("show", "last", "--json");
    expect(JSON.parse(out)).toMatchObject({
      run: { id: "b", number: 2, hyperparameters: { learningRate: 0.01 } },
      started: { payload: { seed: 43 }, actor: { name: "Ada" } },
      looks: { count: 2, runs: 2 },
    });
  });

  test("thins many epochs, and keeps the first and the last", async () => {
    const ledger = await twoRuns();
    const events = Array.from({ length: 100 }, (_, index) => ({
      ...{ type: "epoch" as const, run: "c" },
      payload: {
        ...{ epoch: index + 1, step: index + 1, seconds: 1, learningRate: 0.1 },
        train: { loss: 1 },
      },
    }));
    await ledger.append([startedDraft("c"), ...events]);
    const { out } = await run("show", "c");
    expect(out).toMatch(/^ +1 +1\.0 +0\.1 +1\.000$/m);
    expect(out).toMatch(/^ +100 +1\.0 +0\.1 +1\.000$/m);
    expect(out).toContain("88 epochs between these are left out.");
  });

  test("shows what would move the cursor as a code", async () => {
    const ledger = await twoRuns();
    await ledger.append([startedDraft("c", { about: "\u001b[2Jgone\u202e" })]);
    const { out } = await run("show", "c");
    expect(out).toContain("c (#3) of line: \\u{1b}[2Jgone\\u{202e}");
  });
});

describe("versant diff", () => {
  test("shows only what differs, and how files do", async () => {
    await twoRuns();
    const { code, out } = await run("diff", "a", "b");
    expect(code).toBe(0);
    expect(out).toMatch(/^learningRate +0\.1 +0\.01$/m);
    expect(out).toMatch(/^seed +42 +43$/m);
    expect(out).toMatch(/^test\.loss +0\.5 +0\.25$/m);
    expect(out).toContain("\n-const rate = 1;\n+const rate = 2;\n export default rate;\n");
    expect(out).not.toContain("environment");
    expect(out).not.toContain("optimizer");
  });

  test("says so where nothing differs", async () => {
    await twoRuns();
    expect((await run("diff", "a", "#1")).out).toBe(
      "a and a differ in nothing that is recorded.\n",
    );
  });

  test("gives the same as JSON, and says why there is no text", async () => {
    const ledger = await twoRuns();
    const file = { path: "line.ts", object: await ledger.objects.put(Uint8Array.of(0, 1)) };
    await ledger.append([
      startedDraft("c", { code: { hash: "c0d3", files: [file], versant: "0.1.0" } }),
    ]);
    const diff = JSON.parse((await run("diff", "a", "c", "--json")).out);
    expect(diff).toMatchObject({
      runs: ["a", "c"],
      files: [{ path: "line.ts", patch: "no text" }],
    });
    await ledger.objects.delete(file.object);
    const { out } = await run("diff", "a", "c");
    expect(out).toContain(`the object ${file.object} cannot be read`);
  });
});

describe("versant compare", () => {
  test("puts runs side by side, and marks the best", async () => {
    await twoRuns();
    const { code, out } = await run("compare", "a", "b");
    expect(code).toBe(0);
    expect(out).toMatch(/^ +a +b$/m);
    expect(out).toMatch(/^state +completed +stopped$/m);
    expect(out).toMatch(/^test\.loss +0\.5000 +0\.2500 \*$/m);
    expect(out).toMatch(/^validation\.accuracy +0\.7000 +0\.9000 \*$/m);
    expect(out).toMatch(/^train\.loss +0\.5000 \* +1\.000$/m);
  });

  test("is told which way a score is better", async () => {
    await twoRuns();
    const { out } = await run("compare", "a", "b", "--largest", "test.loss");
    expect(out).toMatch(/^test\.loss +0\.5000 \* +0\.2500$/m);
  });

  test("needs two", async () => {
    await twoRuns();
    expect(await run("compare", "a")).toMatchObject({
      code: 2,
      err: expect.stringContaining("compare: received 1 run, expected two or more"),
    });
  });
});

describe("versant tag", () => {
  test("adds and takes away, and runs are found by it", async () => {
    await twoRuns();
    expect((await run("tag", "a", "+base_line", "+hot")).out).toBe("a: base_line hot\n");
    expect((await run("tag", "a", "-hot")).out).toBe("a: base_line\n");
    expect((await run("tag", "b", "+baseXline")).code).toBe(0);
    const { out } = await run("runs", "--where", "tags=base_line", "--columns", "run");
    expect(out.trim().split("\n").slice(2)).toEqual(["a"]);
  });

  test.each([
    [["a", "hot"], /tag: received "hot", expected \+ or - and a tag/, 2],
    [["a", "+two words"], /tag: received "two words", expected a word/, 1],
    [["a", "+x", "-x"], /tag: received \+x and -x, expected one of them/, 1],
    [["a"], /missing required argument 'tags'/, 2],
  ])("refuses %j", async (args, message, code) => {
    const ledger = await twoRuns();
    const result = await run("tag", ...args);
    expect(result.err).toMatch(message);
    expect(result.code).toBe(code);
    expect(await ledger.events({ types: ["tagged"] })).toEqual([]);
  });
});

describe("versant gc", () => {
  test("says what would go, and lets it stand", async () => {
    const ledger = await twoRuns();
    const hash = await ledger.objects.put("nobody speaks of it");
    const { code, out } = await run("gc", "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain("would delete 0 objects and 0 drafts: 0 B\n1 objects are younger");
    expect(await ledger.objects.has(hash)).toBe(true);
  });
});

describe("versant ledger", () => {
  test("verifies, and compares with what was kept elsewhere", async () => {
    const ledger = await twoRuns();
    const file = join(temporaryFolder(), "anchors.txt");
    writeFileSync(file, (await run("ledger", "anchor")).out);
    const sound = await run("ledger", "verify", "--anchor", file);
    expect(sound).toMatchObject({ code: 0, err: "" });
    expect(sound.out).toMatch(/^events +12 in order$/m);
    expect(sound.out).toMatch(/^result +as it was recorded$/m);

    ledger.database.connection.exec(
      "update events set body = replace(body, '0.7', '0.8') where sequence = 4",
    );
    const altered = await run("ledger", "verify");
    expect(altered.code).toBe(1);
    expect(altered.out).toMatch(/^result +event 4: its content was altered/m);
    const json = await run("ledger", "verify", "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ events: 4, fault: { sequence: 4 } });
  });

  test("warns of a name that two keys sign under", async () => {
    const ledger = await twoRuns();
    const other = Ledger.open({ folder: ledger.folder, identity: makeIdentity() });
    await other.append([startedDraft("c")]);
    await other.close();
    const { code, out } = await run("ledger", "verify");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^warning +2 keys sign as Ada: \w{32} since event 0, \w{32} since event 12;/m,
    );
    const { warnings } = JSON.parse((await run("ledger", "verify", "--json")).out);
    expect(warnings).toHaveLength(1);
  });

  test("keeps anchors in the notes of git", async () => {
    const ledger = await twoRuns();
    const folder = temporaryFolder();
    vi.stubEnv("GIT_CONFIG_GLOBAL", join(folder, "gitconfig"));
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    git("init", "--quiet");
    git("config", "user.name", "Ada");
    git("config", "user.email", "ada@example.org");
    git("commit", "--quiet", "--allow-empty", "-m", "first");
    expect((await run("ledger", "anchor", "--git")).out).toMatch(/^noted at commit [0-9a-f]{40}$/m);
    expect((await run("ledger", "verify", "--git")).out).toMatch(/^anchors +1$/m);
    ledger.database.connection.exec("delete from events where sequence > 9");
    const { code, out } = await run("ledger", "verify", "--git");
    vi.restoreAllMocks();
    expect(code).toBe(1);
    expect(out).toMatch(/^result +event 10: it is missing, and all behind it: event 11 was there/m);
  });

  test("says that there is nothing to read", async () => {
    commandLedger();
    for (const args of [["runs"], ["show", "last"], ["ledger", "verify"], ["gc", "--dry-run"]]) {
      const { code, err } = await run(...args);
      expect(code).toBe(1);
      expect(err).toMatch(/ledger\.sqlite cannot be used: there is no such file; train something/);
    }
  });
});

describe("versant runs", () => {
  test("shows the column that it sorts by", async () => {
    await twoRuns();
    const { out } = await run("runs", "--sort", "learningRate");
    const [header = "", , first = ""] = out.split("\n");
    expect(header.split(/ +/)).toContain("learningRate");
    expect(first).toMatch(/^b .*0\.01/);
  });

  test.each([
    ["--where", "foo=1"],
    ["--where", "learningrate<1"],
    ["--sort", "validation.los"],
  ])("%s %s: a name that no run has is refused", async (...flags) => {
    await twoRuns();
    const { code, err } = await run("runs", ...flags);
    expect(code).toBe(1);
    expect(err).toMatch(/^versant: runs: received ".*", which no run here has, expected a column,/);
    if (!flags.includes("foo=1"))
      expect(err).toMatch(/the nearest is "(learningRate|validation.loss)"/);
  });

  test("says of which search a run is", async () => {
    const ledger = await twoRuns();
    await ledger.append([startedDraft("t1", { search: { name: "line-search-k2", trial: 7 } })]);
    const { out } = await run("runs", "--where", "search=line-search-k2");
    expect(out).toMatch(/^t1 .* line-search-k2, trial 7 /m);
    expect(out.trim().split("\n")).toHaveLength(3);
  });
});
