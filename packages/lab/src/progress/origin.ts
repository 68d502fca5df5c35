import { listed } from "@versant/core/internal";
import type { OriginReport } from "../experiment/origin.js";
import { row } from "./format.js";

/** What a training begins with, a line each: what was taken over, what was not, and what stands still. */
export function originLines({
  name,
  taken,
  fresh,
  frozen,
  unexpected,
  renamed,
}: OriginReport & { readonly name: string }): string[] {
  const others = Object.entries(renamed).map(([own, other]) => `${own} is ${other}`);
  return [
    row("begins with", `${name}: ${taken.length} of ${taken.length + fresh.length} tensors`),
    ...(others.length > 0 ? [row("  renamed", listed(others))] : []),
    ...(fresh.length > 0 ? [row("  fresh", listed(fresh))] : []),
    ...(frozen.length > 0 ? [row("  frozen", listed(frozen))] : []),
    ...(unexpected.length > 0 ? [row("  not taken", listed(unexpected))] : []),
  ];
}
