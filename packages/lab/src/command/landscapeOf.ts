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

export interface LandscapeFlags extends LandscapeOptions {
  /** Whether a studio has started this process. */
  readonly forStudio?: boolean;
}

/** Measures, records and prints. */
export async function landscapeOf(found: Found, options: LandscapeFlags): Promise<number> {
  const { directions, part, grid, samples, seed, forStudio = false } = options;
  const chosen = {
    ...{ directions, grid, samples },
    ...(part && { part }),
    ...(seed !== undefined && { seed }),
  };
  const { payload } = await recordLandscape(found, chosen, forStudio ? tellingStudio() : undefined);
  write(row("landscape", found.summary.id), ...landscapeLines(payload));
  return 0;
}

/** Tells the studio that started this process how far it is, and ends with it. */
function tellingStudio(): (progress: LandscapeProgress) => void {
  // Nobody waits for the answer any more; and the channel alone keeps no process alive.
  process.once("disconnect", () => process.exit(1));
  process.channel?.unref();
  let told = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - told < tellEvery && progress.done < progress.total) return;
    told = now;
    process.send?.(progress);
  };
}
