import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OutputFile } from "../../src/files/outputFile.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

describe("OutputFile", () => {
  test("replaces a file as a whole and leaves no draft", () => {
    writeFileSync(at("report.json"), "a longer content than the new one");
    new OutputFile("--report", at("report.json")).write("new");
    expect(readFileSync(at("report.json"), "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test.each([
    ["a folder", () => folder],
    ["nothing", () => ""],
    ["a folder that is missing", () => at("missing/report.json")],
  ])("refuses %s at once", (_, path) => {
    expect(() => new OutputFile("--report", path())).toThrow(
      /^--report: cannot write .*expected the path of a file/,
    );
  });
});

// Windows has neither named pipes in folders nor, without a privilege, links.
describe.runIf(process.platform !== "win32")("OutputFile and what is no ordinary file", () => {
  test("writes through a link and keeps it", () => {
    writeFileSync(at("real.json"), "old");
    symlinkSync(at("real.json"), at("link.json"));
    const link = new OutputFile("--report", at("link.json"));
    link.write("new");
    expect(lstatSync(at("link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("real.json"), "utf8")).toBe("new");
    expect(link.isSameAs(new OutputFile("--weights", at("real.json")))).toBe(true);
  });

  test("writes into a pipe and never replaces it, as it would replace /dev/null", () => {
    execFileSync("mkfifo", [at("pipe")]);
    const reader = openSync(at("pipe"), constants.O_RDWR | constants.O_NONBLOCK);
    try {
      new OutputFile("--report", at("pipe")).write("new");
      const received = Buffer.alloc(3);
      readSync(reader, received);
      expect(received.toString()).toBe("new");
      expect(statSync(at("pipe")).isFIFO()).toBe(true);
    } finally {
      closeSync(reader);
    }
  });
});
