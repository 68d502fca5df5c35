// For `node --import`: at its end the process writes the processor time that it took, in seconds, to VERSANT_PROCESSOR_TIME.

import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.VERSANT_PROCESSOR_TIME, String((user + system) / 1e6));
});
