import { ArgumentError, describeValue } from "../../array/index.js";
import type { Fans } from "./initializers.js";

/** @throws ArgumentError for fans that are no numbers */
export function requireFans(caller: string, fans: Fans): Fans {
  const { fanIn, fanOut } = fans ?? {};
  if ([fanIn, fanOut].every((fan) => Number.isFinite(fan) && Number(fan) >= 0)) return fans;
  throw new ArgumentError(
    `${caller}: received fanIn ${describeValue(fanIn)} and fanOut ${describeValue(fanOut)}, ` +
      "expected numbers of at least 0.",
  );
}
