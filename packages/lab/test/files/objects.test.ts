import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ObjectStore } from "../../src/files/objects.js";
import { temporaryFolder } from "../ledger/temporary.js";

const temporaryStore = (): ObjectStore => new ObjectStore(join(temporaryFolder(), "objects"));

test("any content comes back by its SHA-256, and is kept once", async () => {
  const store = temporaryStore();
  const contents = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      const hash = await store.put(bytes);
      contents.add(hash);
      expect(hash).toBe(createHash("sha256").update(bytes).digest("hex"));
      expect(await store.put(bytes)).toBe(hash);
      expect(Buffer.from(await store.get(hash)).equals(bytes)).toBe(true);
    }),
    { numRuns: 20 },
  );
  const kept: string[] = [];
  for await (const { name } of store.list()) kept.push(name);
  expect(new Set(kept)).toEqual(contents);
  expect(kept).toHaveLength(contents.size);
  expect(await store.drafts()).toEqual([]);
});

test("the same content may be put several times at once", async () => {
  const store = temporaryStore();
  const hashes = await Promise.all(Array.from({ length: 10 }, () => store.put("the same")));
  expect(new Set(hashes).size).toBe(1);
  expect(Buffer.from(await store.get(hashes[0] ?? "")).toString()).toBe("the same");
  expect(await store.drafts()).toEqual([]);
});

test("what was altered or is gone is not given out", async () => {
  const store = temporaryStore();
  const hash = await store.put("the weights");
  writeFileSync(store.pathOf(hash), "other weights");
  await expect(store.get(hash)).rejects.toThrow(
    /has the SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}: it was altered or damaged, and is not used/,
  );
  rmSync(store.pathOf(hash));
  await expect(store.get(hash)).rejects.toThrow(`the object ${hash} cannot be read`);
  expect(await store.has(hash)).toBe(false);
});

test.each(["../../../../dev/zero", "", "A".repeat(64), null, ["a"], { length: 64 }])(
  "%j, which a ledger may name as an object, is opened nowhere",
  async (name) => {
    await expect(temporaryStore().get(name as string)).rejects.toThrow(
      /^the object .* cannot be read, expected the name of one: a SHA-256 in hexadecimal\.$/,
    );
  },
);
