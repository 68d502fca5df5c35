import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { defaultDevice, devices, useDevice } from "../../src/device/index.js";

describe("choosing a device", () => {
  test("by name", async () => {
    const before = defaultDevice();
    const reference = await useDevice("reference");
    expect(defaultDevice()).toBe(reference);
    await useDevice(before.name);
    expect(defaultDevice()).toBe(before);
  });

  test.each(["gpu", "toString", ""])("refuses %j and names those there are", async (name) => {
    await expect(useDevice(name)).rejects.toThrow(
      `device: received "${name}", expected one of native, wasm, reference.`,
    );
  });

  test("lists every device, or why it is not there", async () => {
    const list = await devices();
    expect(list.map(({ name }) => name)).toEqual(["native", "wasm", "reference"]);
    for (const { description } of list) expect(description).not.toBe("");
  });

  test.each([
    ["VERSANT_THREADS", "abc", "VERSANT_THREADS: received abc, expected an integer from 1 to 64."],
    ["VERSANT_THREADS", "0", "VERSANT_THREADS: received 0, expected an integer from 1 to 64."],
    ["VERSANT_ISA", "sse9", 'VERSANT_ISA: received "sse9", expected one of avx2, avx512, neon'],
    ["VERSANT_DEVICE", "gpu", 'device: received "gpu", expected one of native, wasm, reference.'],
  ])("%s=%s is told, not worked around", async (name, value, message) => {
    const native = (await devices()).find((each) => each.name === "native");
    if (!native?.device && name !== "VERSANT_DEVICE") return;
    const entry = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", `await import(${JSON.stringify(`file://${entry}`)})`],
      { encoding: "utf8", env: { ...process.env, VERSANT_DEVICE: "", [name]: value } },
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
