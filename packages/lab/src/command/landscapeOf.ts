import {
  type LandscapeOptions,
  type LandscapeProgress,
  recordLandscape,
} from "../landscape/landscape.js";
import { row } from "../progress/format.js";
import { landscapeLines } from "../progress/landscape.js";
import { write } from "./conductOptions.js";
import type { Found } from "./withRecordedRun.js";

/** Milliseconds between two messages to whoever started this process. */
const tellEvery = 200;

/** Measures, records and prints; a studio that started this process is told how far it is. */
export async function landscapeOf(found: Found, options: LandscapeOptions): Promise<number> {
  const { directions, part, grid, samples, seed } = options;
  const chosen = {
    ...{ directions, grid, samples },
    ...(part && { part }),
    ...(seed !== undefined && { seed }),
  };
  let told = Number.NEGATIVE_INFINITY;
  const tell = (progress: LandscapeProgress): void => {
    const now = performance.now();
    if (now - told < tellEvery && progress.done < progress.total) return;
    told = now;
    process.send?.(progress);
  };
  // Nobody waits for the answer any more; and the channel alone keeps no process alive.
  process.once("disconnect", () => process.exit(1));
  process.channel?.unref();
  const { payload } = await recordLandscape(found, chosen, tell);
  write(row("landscape", found.summary.id), ...landscapeLines(payload));
  return 0;
}
