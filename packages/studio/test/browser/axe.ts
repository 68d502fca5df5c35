import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds of serious and critical faults. */
export async function faultsOf(page: Page): Promise<unknown> {
  // Evaluated by the browser's debugger, which the policy of pages does not bind.
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]))`);
}
