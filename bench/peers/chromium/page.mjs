// Versant's peer inside of a page: what chromium.mjs calls.

import { loadWorkload } from "../versant/workload.mjs";

let run;
globalThis.peer = {
  async load(name) {
    const description = await (await fetch(`/workload/${name}.json`)).json();
    const binary = await (await fetch(`/workload/${name}.bin`)).arrayBuffer();
    run = loadWorkload(description, (bytes, offset) => {
      bytes.set(new Uint8Array(binary, offset, bytes.length));
    });
  },
  steps: (count) => run(count),
};
