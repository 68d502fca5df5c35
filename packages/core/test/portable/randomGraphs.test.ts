import fc from "fast-check";
import { expect, test } from "vitest";
import type { Storage, TypedArray } from "../../src/array/index.js";
import { defaultDevice } from "../../src/device/index.js";
import { makeNode } from "../../src/graph/index.js";
import { buildGraph } from "../../src/portable/build.js";
import type { StoredGraph, StoredNode } from "../../src/portable/document.js";
import { readNumber } from "../../src/portable/numbers.js";
import { Grid } from "../../src/portable/size.js";
import { GraphWriter } from "../../src/portable/store.js";
import { tensor } from "../../src/tensor/index.js";
import { randomGraph } from "../compile/randomGraphs.js";
import { graphOf, runGraph } from "../compile/support.js";

const bytes = ({ buffer, byteOffset, byteLength }: TypedArray): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("hex");

test("random graphs, written and read, give the same bits", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(randomGraph, ({ graph: { outputs } }) => {
      const fixed = new Grid(new Map());
      const writer = new GraphWriter(fixed, new Map());
      const written = writer.write(fixed.points.map(() => ({ inputs: [], outputs })));
      const read = JSON.parse(JSON.stringify(written)) as StoredGraph;
      const rebuilt = buildGraph(
        read,
        {
          inputs: [],
          state: ({ attributes: { name }, shape }: StoredNode<"state">) => {
            const storage = writer.states.get(name)?.storage as Storage;
            return makeNode("value", [], { storage, shape: shape as number[] });
          },
          value: ({ attributes: { elements }, dtype }: StoredNode<"value">, shape) =>
            tensor(
              elements.map((each) => readNumber(each) as number),
              { shape, dtype },
            ).node,
        },
        new Map(),
      );
      const run = (nodes: typeof outputs) =>
        runGraph(defaultDevice(), graphOf(nodes)).outputs.map(bytes);
      expect(run(rebuilt)).toEqual(run(outputs));
    }),
    { numRuns: 200 },
  );
});
