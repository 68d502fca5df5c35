// Runs the model of this folder, in a page or a worker:
//   const model = await load();
//   const { values, classes } = await model.predict(numbers);

const types = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

/** Reads the folder at an address that begins where the page is. Default: where this file is. */
export async function load(folder = import.meta.url) {
  const base = new URL(folder, globalThis.location?.href);
  const files = ["model.json", "model.bin", "kernel.wasm"].map((name) => read(new URL(name, base)));
  const [text, bytes, wasm] = await Promise.all(files);
  const model = JSON.parse(new TextDecoder().decode(text));
  const { stamp, memory, words, constants, slots, inputs, outputs } = model.program;
  const { instance } = await WebAssembly.instantiate(wasm, { env: { now: () => 0 } }).catch(refuse);
  const kernel = instance.exports;
  kernel.start(0, 1);
  const start = kernel.allocate(memory) >>> 0;
  if (start === 0) throw new Error(`load: the model needs ${memory} bytes, more than there are.`);
  // The memory may grow, and then every view of it is taken anew.
  const view = (type, at, length) => new type(kernel.memory.buffer, at >>> 0, length);
  const elements = ({ dtype, offset, length }) => view(types[dtype], start + offset, length);
  view(Uint8Array, start, memory).set(bytes.subarray(0, memory));
  const isWhole = new TextDecoder().decode(bytes.subarray(-stamp.length)) === stamp;
  const spans = [words, constants].flatMap(({ offset, length }) => [start + offset, length]);
  const program = isWhole && kernel.load(...spans);
  if (!program) throw new Error("load: the files are not of one export; copy all of them.");
  const places = [...slots, ...[...inputs, ...outputs].map(({ offset }) => offset)];
  view(Uint32Array, kernel.external(program), places.length).set(places.map((at) => start + at));

  /** Takes the numbers of each of `model.program.inputs`, row-major. */
  const predict = async (...given) => {
    for (const [at, input] of inputs.entries()) elements(input).set(numbersOf(input, given[at]));
    const status = kernel.run(program, 0, 0);
    if (status !== 0) {
      const [, index, size] = view(Float64Array, kernel.info(), 3);
      const reasons = { 1: `received the index ${index}, expected 0 to ${size - 1}` };
      throw new Error(`predict: ${reasons[status] ?? `needs ${size} bytes, more than there are`}.`);
    }
    const values = elements(outputs[0]).slice();
    const classes = model.classes?.map((name, index) => ({ name, probability: values[index] }));
    return { values, classes: classes?.sort((a, b) => b.probability - a.probability) };
  };
  return { ...model, predict };
}

async function read(url) {
  const response = await fetch(url).catch(() => ({ status: "no connection" }));
  // Many servers answer with a page where there is no file.
  const isPage = response.headers?.get("content-type")?.startsWith("text/html");
  if (response.ok && !isPage) return new Uint8Array(await response.arrayBuffer());
  const reason = isPage ? "a page is there" : response.status;
  throw new Error(`load: ${url} cannot be read (${reason}); expected all files of the folder.`);
}

function refuse({ message }) {
  const expected = "expected SIMD, as Chrome 91, Firefox 89 and Safari 16.4 have it";
  throw new Error(`load: the kernel cannot be compiled (${message}); ${expected}.`);
}

function numbersOf({ name, dtype, length }, given) {
  const numbers = types[dtype].from(given ?? []);
  const isSame = (each, index) =>
    [each, given[index]].every(Number.isFinite) && (dtype === "float32" || each === given[index]);
  if (numbers.length === length && numbers.every(isSame)) return numbers;
  const expected = `${length} of ${dtype}, all finite`;
  throw new Error(`predict: received ${numbers.length} numbers as ${name}, expected ${expected}.`);
}
