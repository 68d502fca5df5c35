import { createHash } from "node:crypto";
import { devices } from "@versant/core";
import { afterEach, describe, expect, test, vi } from "vitest";

/**
 * The hash of a digit reader's weights after 12 steps. The package is loaded anew, because the
 * number of threads and the instruction set are settled when a device is loaded.
 */
async function trainedBits(device: string, threads: string, isa = ""): Promise<string> {
  vi.stubEnv("VERSANT_DEVICE", device);
  vi.stubEnv("VERSANT_THREADS", threads);
  vi.stubEnv("VERSANT_ISA", isa);
  vi.resetModules();
  const { compile, defaultDevice, loss, manualSeed, nn, optim, rand, Tensor, tensor, useDevice } =
    await import("@versant/core");
  await useDevice(device);
  expect(defaultDevice().threads).toBe(Number(threads));
  expect(defaultDevice().description.replace("-", "").toLowerCase()).toContain(isa);
  manualSeed(42);
  const model = new nn.Sequential(
    new nn.Linear(784, 40),
    new nn.ReLU(),
    new nn.Dropout(0.1),
    new nn.Linear(40, 40),
    new nn.GELU(),
    new nn.Linear(40, 10),
  );
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-3 });
  const labels = tensor(Int32Array.from({ length: 64 }, (_, index) => index % 10));
  const step = compile((x: InstanceType<typeof Tensor>) => {
    const cost = loss.crossEntropy(model.forward(x), labels);
    cost.backward();
    optimizer.step();
    return cost;
  });
  const hash = createHash("sha256");
  for (let index = 0; index < 12; index++) hash.update(step(rand([64, 784])).dataSync());
  for (const parameter of model.parameters()) hash.update(parameter.dataSync());
  return hash.digest("hex");
}

afterEach(() => vi.unstubAllEnvs());

const native = (await devices()).find(({ name }) => name === "native");
// Without a native kernel there is one thread and one instruction set, and nothing to compare.
describe.runIf(native?.device)("same seed, same bits", () => {
  const sets = process.arch === "arm64" ? ["neon"] : ["avx2", "avx512"];

  test("with any number of threads, and every instruction set of this machine", async () => {
    const hashes = new Map<string, string>();
    for (const isa of sets) {
      for (const threads of ["1", "2", "3"]) {
        const bits = trainedBits("native", threads, isa).catch((error: Error) => {
          // An older processor may lack a set, never the narrowest one.
          expect(isa).not.toBe(sets[0]);
          expect(error.message).toContain("not available");
          return null;
        });
        const hash = await bits;
        if (hash !== null) hashes.set(`${isa}, ${threads} threads`, hash);
      }
    }
    expect(hashes.size).toBeGreaterThanOrEqual(3);
    expect(Object.fromEntries(hashes)).toEqual(
      Object.fromEntries([...hashes.keys()].map((key) => [key, [...hashes.values()][0]])),
    );
  });
});

// The build with threads has the fused multiply-add; an engine without it has one thread.
const wasm = (await devices()).find(({ name }) => name === "wasm");
test.runIf(wasm?.device?.arithmetic === "wasm-relaxed")(
  "same seed, same bits on wasm, with any number of threads",
  async () => {
    const hashes: string[] = [];
    for (const threads of ["1", "2", "3"]) hashes.push(await trainedBits("wasm", threads));
    expect(new Set(hashes).size).toBe(1);
  },
);
