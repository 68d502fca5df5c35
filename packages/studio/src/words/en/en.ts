import * as app from "./app.js";
import * as compare from "./compare.js";
import * as inside from "./inside.js";
import * as landscape from "./landscape.js";
import * as network from "./network.js";
import * as problems from "./problems.js";
import * as run from "./run.js";
import * as runs from "./runs.js";
import * as searches from "./searches.js";
import * as steering from "./steering.js";
import * as trying from "./try.js";

/** What the application says in English, page by page; the French words have the same keys. */
export const en = {
  ...app,
  ...runs,
  ...run,
  ...network,
  ...inside,
  ...landscape,
  ...steering,
  ...trying,
  ...compare,
  ...searches,
  ...problems,
};

/** Texts, functions that make them, and tables of them. */
export type Words = typeof en;
