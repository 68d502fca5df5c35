import type { Draft } from "../../packages/lab/src/ledger/events.js";

export declare function manyEvents(number: number): Draft[];
export declare function nameOf(number: number): string;
