import type { Draft, Ledger } from "../../packages/lab/src/ledger.js";

export declare const longRun: string;
export declare function manyEvents(number: number): Draft[];
export declare function nameOf(number: number): string;
export declare function stretchOf(first: number, batches: number): Draft;
export declare function fillRuns(ledger: Ledger, count: number): Promise<void>;
export declare function fillLongRun(ledger: Ledger): Promise<void>;
