// Versant in Node. Device and threads come from the environment (VERSANT_DEVICE, VERSANT_THREADS).
//
//     {"limits": true}  -> what the device can do at most, {"operationsPerSecond", "bytesPerSecond"}

import { openSync, readFileSync, readSync } from "node:fs";
import { defaultDevice } from "versant";
import { serve } from "./javascript/serve.mjs";
import { loadWorkload } from "./versant/workload.mjs";

let run;
await serve({
  load(path) {
    // Read array by array: the whole file beside them would count as memory of the peer.
    const file = openSync(path.replace(/json$/, "bin"));
    run = loadWorkload(JSON.parse(readFileSync(path, "utf8")), (bytes, offset) => {
      readSync(file, bytes, 0, bytes.length, offset);
    });
  },
  steps: (count) => run(count),
  limits: () => defaultDevice().measureLimits?.(),
});
