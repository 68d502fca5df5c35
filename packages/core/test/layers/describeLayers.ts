import type { nn, Tensor } from "@versant/core";
import { checkLayer, type LayerFixture, type Refusal } from "@versant/core/testing";
import { describe, expect, test } from "vitest";
import { readFixture } from "../oracle/fixture.js";

/**
 * A layer of PyTorch's fixtures, as Versant makes and calls it; the fields are `checkLayer`'s.
 * Methods, so that a `call` may name the class it takes: `(layer: nn.LSTM, x) => …`.
 */
export interface LayerEntry {
  make(dtype: "float32" | "float64"): nn.AnyModule;
  call?(layer: nn.AnyModule, ...inputs: Tensor[]): Tensor;
  readonly gradcheck?: boolean;
  readonly refuses?: readonly Refusal<nn.AnyModule>[];
}

interface Case extends LayerFixture {
  readonly layer: string;
  readonly name: string;
}

/** Checks every case of `fixtures/layers/<family>.json`. */
export function describeLayers(family: string, table: Readonly<Record<string, LayerEntry>>): void {
  const cases = readFixture<Case>(`layers/${family}`);
  describe(`layers as in PyTorch: ${family}`, () => {
    test("every layer of the table has cases, and every case a layer", () => {
      expect(Object.keys(table).sort()).toEqual(
        [...new Set(cases.map((each) => each.layer))].sort(),
      );
    });

    test.each(cases)("$layer, $name", async ({ layer: key, name: _, ...fixture }) => {
      await checkLayer({ ...(table[key] as LayerEntry), fixture });
    });
  });
}
