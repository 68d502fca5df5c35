import { generateKeyPairSync } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { Identity, loadIdentity } from "../../src/ledger/identity.js";
import { runProgram } from "./processes.js";
import { temporaryFolder } from "./temporary.js";

const keyIn = (folder: string): string => join(folder, "ed25519.pem");

describe("loadIdentity", () => {
  test("makes a key once, for its owner alone, and leaves nothing else", () => {
    const folder = join(temporaryFolder(), "keys");
    const { key } = loadIdentity(folder);
    expect(loadIdentity(folder).key).toBe(key);
    expect(readdirSync(folder)).toEqual(["ed25519.pem"]);
    expect(statSync(keyIn(folder)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("refuses a key that others may read", () => {
    const folder = temporaryFolder();
    loadIdentity(folder);
    chmodSync(keyIn(folder), 0o644);
    expect(() => loadIdentity(folder)).toThrow(/has the rights 644, expected 600: .*chmod 600/);
  });

  test("refuses a key that another user owns", () => {
    const folder = temporaryFolder();
    loadIdentity(folder);
    const owner = statSync(keyIn(folder)).uid;
    const user = vi.spyOn(process, "geteuid").mockReturnValue(owner + 1);
    const load = () => loadIdentity(folder);
    expect(load).toThrow(`is that of user ${owner}, expected one of yours (user ${owner + 1})`);
    user.mockRestore();
  });

  test("refuses what is no key, and keys of another kind", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const rsa = privateKey.export({ format: "pem", type: "pkcs8" });
    for (const [content, reason] of [
      ["my diary", /cannot be used \(.*\); expected an Ed25519 key/],
      [rsa, /received a key of the kind rsa, expected ed25519/],
    ] as const) {
      const folder = temporaryFolder();
      writeFileSync(keyIn(folder), content, { mode: 0o600 });
      expect(() => loadIdentity(folder)).toThrow(reason);
      expect(readFileSync(keyIn(folder), "utf8")).toBe(content);
    }
    expect(() => new Identity("Ada", privateKey)).toThrow(
      "Identity: received a key of the kind rsa",
    );
  });

  test("gives all processes that begin at once the same key", async () => {
    const folder = join(temporaryFolder(), "keys");
    const program = "console.log(loadIdentity(words[0]).key)";
    const keys = await Promise.all(
      Array.from({ length: 4 }, () => runProgram(program, folder).finished),
    );
    const { key } = loadIdentity(folder);
    expect(keys).toEqual(Array(4).fill({ code: 0, out: `${key}\n`, err: "" }));
    expect(readdirSync(folder)).toEqual(["ed25519.pem"]);
  });
});
