// Builds the kernel twice from the same sources: natively with node-gyp, and to WebAssembly with
// @yowasp/clang. What is up to date is left alone; what cannot be built is said in one line, and
// the exit status is 0 all the same, because Versant runs on whichever build there is.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const kernel = fileURLToPath(new URL("../kernel/", import.meta.url));
const sources = join(kernel, "src");
const wasmFolder = join(kernel, "wasm");
const wasmUnits = [
  "wasm.cc",
  "wasmPool.cc",
  "run.cc",
  "limits.cc",
  "indexing.cc",
  "decode.cc",
  "decodeBody.cc",
  "arrangeBody.cc",
  "decodeLoops.cc",
  "decodeOthers.cc",
  "decodeRows.cc",
];

const wasmFlags = [
  ...["--target=wasm32-unknown-unknown", "-std=c++20", "-O3", "-ffp-contract=off"],
  ...["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fvisibility=hidden"],
  ...["-nostdlib", "-nostdinc++", "-msimd128", "-mbulk-memory", "-Wno-parentheses"],
  ...[
    "-Wl,--no-entry",
    "-Wl,--export-memory",
    // A page less than 4 GiB, whose end an address could not name.
    "-Wl,--max-memory=4294901760",
    "-Wl,-z,stack-size=262144",
  ],
];

// One memory for several instances, each with a stack that its host chooses.
const sharedFlags = [
  ...["-matomics", "-Wl,--shared-memory", "-Wl,--import-memory", "-Wl,--initial-memory=2097152"],
  "-Wl,--export=__stack_pointer",
];

function hashOf(extra) {
  const hash = createHash("sha256").update(extra);
  for (const name of readdirSync(sources).sort()) {
    hash.update(name).update(readFileSync(join(sources, name)));
  }
  return hash.update(readFileSync(join(kernel, "binding.gyp"))).digest("hex");
}

const isCurrent = (marker, product, hash) =>
  existsSync(product) && existsSync(marker) && readFileSync(marker, "utf8") === hash;

function buildNative() {
  const marker = join(kernel, "build", "sources.sha256");
  const product = join(kernel, "build", "Release", "versant.node");
  const hash = hashOf(`${process.platform} ${process.arch}`);
  if (isCurrent(marker, product, hash)) return "native: up to date";
  if (!["x64", "arm64"].includes(process.arch)) return `native: not for ${process.arch}`;
  let gyp;
  try {
    gyp = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  } catch {
    return "native: skipped, node-gyp is not installed; Versant runs on WebAssembly";
  }
  // Headers that came with Node spare a download.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include/node/node_api.h"))
    ? [`--nodedir=${prefix}`]
    : [];
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [gyp, "rebuild", "--jobs", "max", ...headers],
    { cwd: kernel, encoding: "utf8" },
  );
  if (status !== 0 || !existsSync(product)) {
    const cause =
      /(?:error:|gyp ERR! (?:stack|find Python).*?(?:Error:|Could not)) *(.*)/.exec(
        `${stdout}\n${stderr}`,
      )?.[0] ?? "no cause was printed";
    return `native: not built (${cause.trim()}); Versant runs on WebAssembly`;
  }
  writeFileSync(marker, hash);
  return "native: built";
}

async function buildWasm() {
  const marker = join(wasmFolder, "sources.sha256");
  const product = join(wasmFolder, "versant-simd.wasm");
  const hash = hashOf([...wasmFlags, ...sharedFlags].join(" "));
  if (isCurrent(marker, product, hash)) return "wasm: up to date";
  let runClang;
  try {
    const yowasp = await import("@yowasp/clang");
    runClang = yowasp.runClang;
    // The first command loads the compiler; this one does so without a progress bar.
    await yowasp.runLLVM(["size", "--version"], {}, { stdout: null, fetchProgress: () => {} });
  } catch {
    return existsSync(product)
      ? "wasm: as shipped"
      : "wasm: skipped, @yowasp/clang is not installed";
  }
  const files = Object.fromEntries(
    readdirSync(sources).map((name) => [name, readFileSync(join(sources, name), "utf8")]),
  );
  mkdirSync(wasmFolder, { recursive: true });
  for (const [name, flags] of [
    ["versant-simd.wasm", []],
    ["versant-relaxed.wasm", ["-mrelaxed-simd"]],
    ["versant-threads.wasm", ["-mrelaxed-simd", ...sharedFlags]],
  ]) {
    let messages = "";
    const collect = (bytes) => {
      if (bytes) messages += new TextDecoder().decode(bytes);
    };
    try {
      const command = ["clang++", ...wasmFlags, ...flags, ...wasmUnits, "-o", name];
      const built = await runClang(command, files, { stdout: collect, stderr: collect });
      writeFileSync(join(wasmFolder, name), built[name]);
    } catch {
      return `wasm: not built (${/error: .*/.exec(messages)?.[0] ?? messages.slice(-500)})`;
    }
  }
  writeFileSync(marker, hash);
  return "wasm: built";
}

console.log(`kernel: ${buildNative()}; ${await buildWasm()}`);
