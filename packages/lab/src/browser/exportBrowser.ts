import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "@versant/core";
import { simdKernel } from "@versant/core/internal";
import type { TrainedModel } from "../model/trainedModel.js";
import { sampleProgram } from "./program.js";

/** What every exported folder holds as it stands here. */
const files = ["index.html", "page.css", "page.js", "image.js", "loader.js", "README.txt"];
const assets = new URL("../../browser/", import.meta.url);

/**
 * Writes a folder that answers in a browser, whose README.txt says how. What else is in the folder stays.
 *
 * @throws ArgumentError when the folder cannot be written
 */
export function exportBrowser(model: TrainedModel, path: string): void {
  const { name, sha256, run, signature } = model;
  const { bytes, ...program } = sampleProgram(model);
  const { output } = signature;
  const description = {
    ...{ format: 1, name, run, sha256 },
    ...(output.kind === "classes" && { classes: output.names }),
    ...{ signature, program: { size: bytes.length, ...program } },
  };
  try {
    mkdirSync(path, { recursive: true });
    for (const file of files) copyFileSync(new URL(file, assets), join(path, file));
    copyFileSync(fileURLToPath(simdKernel), join(path, "kernel.wasm"));
    writeFileSync(join(path, "model.bin"), bytes);
    writeFileSync(join(path, "model.json"), `${JSON.stringify(description)}\n`);
  } catch (error) {
    throw new ArgumentError(
      `export: cannot write ${path} (${(error as Error).message}); expected the path of a folder that may ` +
        "be written to.",
    );
  }
}
