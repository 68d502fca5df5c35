import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startNode } from "../command/process.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-translate-"));
  mkdirSync(join(folder, "translated"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const built = (path: string): string =>
  pathToFileURL(join(import.meta.dirname, "../../dist", path)).href;

/** What a program prints as JSON; it keeps what it translates in a folder of its own. */
async function runProgram(source: string): Promise<unknown> {
  const program = join(folder, "program.mjs");
  writeFileSync(program, source);
  const environment = { TMPDIR: join(folder, "translated") };
  const { code, out, err } = await startNode(folder, [program], environment).finished;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

/** Which of these packages a program has loaded. */
const loadedOf = (...packages: readonly string[]): string => `
  import { createRequire } from "node:module";
  const paths = Object.keys(createRequire(import.meta.url).cache).map((path) => path.replaceAll("\\\\", "/"));
  const loaded = ${JSON.stringify(packages)}.filter((name) => paths.some((path) => path.includes("node_modules/" + name)));
`;

describe("the file of an experiment", () => {
  test("is translated by another process, as TypeScript has it, and kept", async () => {
    writeFileSync(
      join(folder, "width.ts"),
      "export enum Width { narrow = 3 }\nexport const late: number = await Promise.resolve(4);\n",
    );
    writeFileSync(
      join(folder, "line.ts"),
      `import { experiment, loss, nn, optim, tensor, TensorDataset } from "versant";
      import { late, Width } from "./width.js";
      class Line extends nn.Linear { constructor(readonly wide: Width) { super(wide, 1); } }
      export const wide = new Line(Width.narrow).wide + late;
      export default experiment({ name: "line", hyperparameters: {}, setup: () => {
        const model = new Line(Width.narrow);
        const train = new TensorDataset([tensor([[1, 2, 3]]), tensor([[1]])]);
        return { data: { train }, model, loss: loss.meanSquaredError, optimizer: new optim.SGD(model.parameters(), { learningRate: 1 }) };
      } });\n`,
    );
    const load = `
      import { loadFile } from ${JSON.stringify(built("experiment/load.js"))};
      const { experiment, exports } = await loadFile("line.ts");
      ${loadedOf("jiti/dist/babel.cjs")}
      console.log(JSON.stringify({ name: experiment.name, wide: exports.wide, loaded }));`;
    const expected = { name: "line", wide: 7, loaded: [] };
    expect(await runProgram(load)).toEqual(expected);
    // Now from what was kept.
    expect(await runProgram(load)).toEqual(expected);
  });

  test("that is no TypeScript is told with the place", async () => {
    writeFileSync(join(folder, "broken.ts"), "export const wide: number =\n  ;\n");
    const message = await runProgram(`
      import { loadFile } from ${JSON.stringify(built("experiment/load.js"))};
      const error = await loadFile("broken.ts").catch((error) => error);
      console.log(JSON.stringify(error.message));`);
    expect(message).toMatch(/Unexpected token[\s\S]*broken\.ts:2:2/);
  });
});

test("the main entry loads neither a database nor what only searches and exports need", async () => {
  const loaded = await runProgram(`
    import * as versant from ${JSON.stringify(built("index.js"))};
    ${loadedOf("ml-matrix", "protobufjs", "@photostructure/sqlite", "read-excel-file", "sharp", "jiti")}
    console.log(JSON.stringify({ isThere: typeof versant.GaussianProcessSampler, loaded }));`);
  expect(loaded).toEqual({ isThere: "function", loaded: [] });
});
