import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createJiti } from "jiti";
import { describe, expect, test, vi } from "vitest";
import { ObjectStore } from "../../src/files/objects.js";
import { readWorkingTree } from "../../src/provenance/changes.js";
import { recordCode } from "../../src/provenance/code.js";
import { temporaryFolder } from "../ledger/temporary.js";
import { Project } from "./repository.js";

vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
vi.stubEnv("GIT_CONFIG_SYSTEM", "/dev/null");

/** What is recorded of main.ts, and how to read what was kept. */
async function record(project: Project, name = "main.ts") {
  const objects = new ObjectStore(join(temporaryFolder(), "objects"));
  const code = await recordCode(project.path(name), objects);
  const text = async (hash: string | undefined) =>
    hash === undefined ? undefined : Buffer.from(await objects.get(hash)).toString();
  return { code, text, paths: code.files.map(({ path }) => path), objects };
}

describe("recordCode: the files", () => {
  test("are those that are imported by relative paths, however it is written", async () => {
    const project = new Project({
      "package.json": "{}",
      "main.ts": [
        'import { a } from "./a.js";',
        'import b, { type B } from "./b.mjs";',
        'export * from "./c.cjs";',
        'import "./folder";',
        'import settings from "./settings.json" with { type: "json" };',
        'const late = () => import("./late.ts");',
        'const old = require("./old");',
        'import fs from "node:fs";',
        'import { nn } from "versant";',
        'const words = "from ./nothing.ts";',
      ].join("\n"),
      "a.ts": 'import { main } from "./main.ts"; export const a = 1;',
      "b.mjs": 'import { deep } from "./folder/deep/er.js"; export default 1;',
      "c.cjs": "exports.c = 1;",
      "folder/index.ts": "export {};",
      "folder/deep/er.js": 'export * from "../../../outside.js";',
      "settings.json": '{ "from": "./unused.ts" }',
      "late.ts": "export {};",
      "old.js": "module.exports = 1;",
      "unused.ts": "export {};",
      "nothing.ts": "export {};",
    });
    expect((await record(project)).paths).toEqual([
      "a.ts",
      "b.mjs",
      "c.cjs",
      "folder/deep/er.js",
      "folder/index.ts",
      "late.ts",
      "main.ts",
      "old.js",
      "settings.json",
    ]);
  });

  test("are those that were loaded by a computed name, too", async () => {
    const project = new Project({
      "package.json": "{}",
      "main.ts": 'export default (name: string) => import("./" + name);',
      "net.ts": 'export { width } from "./width.ts";',
      "width.ts": "export const width: number = 3;",
    });
    const { default: load } = await createJiti(import.meta.url).import<{
      default: (name: string) => Promise<{ width: number }>;
    }>(project.path("main.ts"));
    expect((await load("net.ts")).width).toBe(3);
    expect((await record(project)).paths).toEqual(["main.ts", "net.ts", "width.ts"]);
  });

  test("are found behind links, but not in node_modules", async () => {
    const project = new Project({
      "package.json": "{}",
      "main.ts": 'import "./link.ts"; import "./packages/index.ts"; import "./gone.ts";',
      "real.ts": "export {};",
      "node_modules/some/index.ts": "export {};",
    });
    symlinkSync("real.ts", project.path("link.ts"));
    symlinkSync("missing.ts", project.path("gone.ts"));
    symlinkSync("node_modules/some", project.path("packages"));
    const { paths } = await record(project);
    expect(paths).toEqual(["main.ts", "real.ts"]);
    mkdirSync(project.path("other"));
    symlinkSync("../main.ts", project.path("other/linked.ts"));
    expect((await record(project, "other/linked.ts")).paths).toEqual(paths);
  });

  test("are kept, and their hash is one of paths and contents", async () => {
    const files = { "package.json": "{}", "main.ts": 'import "./net.ts";', "net.ts": "export {};" };
    const project = new Project(files);
    const { code, text } = await record(project);
    expect(await text(code.files[0]?.object)).toBe(files["main.ts"]);
    const hashOf = async (changed: Record<string, string>) =>
      (await record(new Project({ ...files, ...changed }))).code.hash;
    expect(await hashOf({})).toBe(code.hash);
    expect(await hashOf({ "unused.ts": "export {};" })).toBe(code.hash);
    expect(await hashOf({ "net.ts": "export { };" })).not.toBe(code.hash);
    project.write({ "sub/main.ts": 'import "./net.ts";', "sub/net.ts": "export {};" });
    expect((await record(project, "sub/main.ts")).code.hash).not.toBe(code.hash);
  });
});

describe("recordCode: the working tree", () => {
  test("without git is what the files are, by their path from package.json", async () => {
    const project = new Project({
      "package.json": "{}",
      "yarn.lock": "# nothing",
      "experiments/main.ts": 'import "../net.ts";',
      "net.ts": "export {};",
    });
    const { code, text, paths } = await record(project, "experiments/main.ts");
    expect(paths).toEqual(["experiments/main.ts", "net.ts"]);
    expect(await text(code.lockFile)).toBe("# nothing");
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    expect(code.versant).toBe(version);
    expect(code).not.toHaveProperty("commit");
    expect(code).not.toHaveProperty("changes");
    expect((await record(new Project({ "main.ts": "" }))).paths).toEqual(["main.ts"]);
  });

  test("names the commit, and has no changes where there are none", async () => {
    const project = new Project({ "main.ts": "", ".gitignore": "ignored*" });
    const commit = project.commit();
    project.write({ "ignored.ts": "x", ".versant/ledger.sqlite": "x" });
    const { code } = await record(project);
    expect(code.commit).toBe(commit);
    expect(code).not.toHaveProperty("changes");
    expect(code).not.toHaveProperty("leftOut");
  });

  test("keeps changed, new and deleted files as a patch that leads to them", async () => {
    const before = {
      "src/main.ts": "1\n",
      "src/gone.ts": "2\n",
      "src/staged.ts": "3\n",
      "notes.txt": "4\n",
      "image.bin": Uint8Array.of(0, 1, 2, 255),
    };
    const project = new Project(before);
    project.commit();
    const after = {
      "src/main.ts": "changed\n",
      "src/staged.ts": "staged\n",
      "src/new one.ts": "new\n",
      "deep/ünï*.txt": "named oddly\n",
      "image.bin": Uint8Array.of(0, 3, 2, 255),
      "other.bin": Uint8Array.of(0, 9, 255),
    };
    project.write(after);
    rmSync(project.path("src/gone.ts"));
    symlinkSync("src/main.ts", project.path("link"));
    project.git("add", "src/staged.ts");
    const state = () => [project.git("status", "--porcelain"), project.git("count-objects")];
    const untouched = state();
    const { code, objects } = await record(project, "src/main.ts");
    expect(state()).toEqual(untouched);

    const copy = new Project(before);
    copy.commit();
    const patch = await objects.get(String(code.changes));
    copy.write({ ".git/patch": patch });
    copy.git("apply", ".git/patch");
    for (const [path, content] of Object.entries(after)) {
      expect(readFileSync(copy.path(path))).toEqual(Buffer.from(content));
    }
    expect(copy.git("status", "--porcelain", "src/gone.ts")).toContain("D src/gone.ts");
    expect(readFileSync(copy.path("link"), "utf8")).toBe("changed\n");
  });

  test("is told of however git is set to show differences", async () => {
    const project = new Project({ "main.ts": "1\n" });
    project.commit();
    for (const [name, value] of [
      ["diff.noprefix", "true"],
      ["color.ui", "always"],
      ["diff.external", "false"],
    ]) {
      project.git("config", String(name), String(value));
    }
    project.write({ "main.ts": "2\n" });
    const { code, text } = await record(project);
    expect(await text(code.changes)).toMatch(/^diff --git a\/main\.ts b\/main\.ts\n/);
  });

  test("before the first commit is what the files are", async () => {
    const project = new Project({ "main.ts": "" });
    project.git("init", "--quiet");
    const { code, paths } = await record(project);
    expect(paths).toEqual(["main.ts"]);
    expect(code).not.toHaveProperty("commit");
    expect(code).not.toHaveProperty("changes");
  });

  test("leaves out what is too large, and says so", async () => {
    const project = new Project({ "main.ts": "1\n" });
    project.commit();
    project.write({
      "small.ts": "2\n",
      "large.bin": new Uint8Array(3000),
      "larger.bin": new Uint8Array(5000),
    });
    const tree = await readWorkingTree(project.folder, { limit: 2000 });
    expect(tree?.leftOut).toBe(
      "2 untracked files of 0.0 MB, above 0.002 MB in all: large.bin, ...",
    );
    expect(String(tree?.patch)).toContain("small.ts");
    expect(String(tree?.patch)).not.toContain("large.bin");
    rmSync(project.path("large.bin"));
    rmSync(project.path("larger.bin"));
    rmSync(project.path("small.ts"));
    project.write({ "main.ts": "a line\n".repeat(1000) });
    const changed = await readWorkingTree(project.folder, { limit: 2000 });
    expect(changed?.leftOut).toMatch(/^changes of more than 0.002 MB/);
    expect(changed).not.toHaveProperty("patch");
  });

  test("does not look into a repository inside, which has changes of its own", async () => {
    const project = new Project({ "main.ts": "" });
    project.commit();
    project.write({ "inside/net.ts": "", "new.ts": "1\n" });
    project.git("init", "--quiet", "inside");
    const { code, text } = await record(project);
    expect(await text(code.changes)).toMatch(/^diff --git a\/new\.ts b\/new\.ts\n/);
    expect(await text(code.changes)).not.toContain("inside");
    expect(code).not.toHaveProperty("leftOut");
  });

  test("does not hold the folder of the ledger, wherever it is", async () => {
    const project = new Project({ "main.ts": "" });
    project.commit();
    const objects = new ObjectStore(project.path("history/objects"));
    const first = await recordCode(project.path("main.ts"), objects);
    expect(await recordCode(project.path("main.ts"), objects)).toEqual(first);
    expect(first).not.toHaveProperty("changes");
  });
});
