import type { Scope } from "../scope.js";
import { convolution } from "./convolution.js";
import { batchedProduct, linear } from "./linear.js";
import { maxPooling } from "./maxPooling.js";

/**
 * Finds an operator that stands for a node together with those before it, writes it and gives its name.
 * What it replaces has been written already, and falls away where nothing else reads it.
 */
export type Pattern = (index: number, scope: Scope) => string | null;

export const patterns: readonly Pattern[] = [convolution, maxPooling, linear, batchedProduct];
