import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "@versant/core";
import { simdKernel } from "@versant/core/internal";
import { sha256 } from "../files/canonical.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { sampleProgram } from "./program.js";

/** What every exported folder holds as it stands here. */
const files = ["index.html", "page.css", "page.js", "image.js", "loader.js", "README.txt"];
const assets = new URL("../../browser/", import.meta.url);

/** Everything that answers in a browser, by the names of its files. */
export function browserFiles(model: TrainedModel): ReadonlyMap<string, Uint8Array | string> {
  const { name, run, signature } = model;
  const { bytes, ...program } = sampleProgram(model);
  const { output } = signature;
  // Both files have it: a browser may keep one of an earlier export.
  const stamp = sha256(bytes);
  const description = {
    ...{ format: 1, name, run, sha256: model.sha256 },
    ...(output.kind === "classes" && { classes: output.names }),
    ...{ signature, program: { stamp, ...program } },
  };
  return new Map<string, Uint8Array | string>([
    ...files.map((file) => [file, readFileSync(new URL(file, assets))] as const),
    ["kernel.wasm", readFileSync(simdKernel)],
    ["model.bin", Buffer.concat([bytes, Buffer.from(stamp)])],
    ["model.json", `${JSON.stringify(description)}\n`],
  ]);
}

/**
 * Writes a folder that answers in a browser, whose README.txt says how. What else is in the folder stays.
 *
 * @throws ArgumentError when the folder has files of these names that no export wrote, or cannot be written
 */
export function exportBrowser(model: TrainedModel, path: string): void {
  const contents = browserFiles(model);
  requireOwn(path);
  try {
    mkdirSync(path, { recursive: true });
    for (const [file, content] of contents) writeFileSync(join(path, file), content);
  } catch (error) {
    throw new ArgumentError(
      `export: cannot write ${path} (${(error as Error).message}); expected the path of a folder that may ` +
        "be written to.",
    );
  }
}

/** A page that somebody wrote is not replaced by the example. */
function requireOwn(path: string): void {
  const there = files.filter((file) => existsSync(join(path, file)));
  const isExport = ["loader.js", "kernel.wasm"].every((file) => existsSync(join(path, file)));
  if (there.length === 0 || isExport) return;
  throw new ArgumentError(
    `export: ${path} has ${there.join(", ")}, which no export wrote, expected a new folder, or that of an ` +
      "earlier export.",
  );
}
