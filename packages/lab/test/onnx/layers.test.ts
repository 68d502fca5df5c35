import { describe, test } from "vitest";
import { architectures } from "../../../core/test/portable/architectures.js";
import { expectAgreement } from "./runOnnx.js";

describe("architectures answer the same as ONNX", () => {
  test.each(architectures)("$name", async ({ make, inputs, options }) => {
    const sizes = [
      [2, 7],
      [1, 1],
      [3, 9],
      [16, 7],
    ] as const;
    await expectAgreement(
      make(),
      sizes.map(([n, t]) => inputs(n, t)),
      options,
    );
  });
});
