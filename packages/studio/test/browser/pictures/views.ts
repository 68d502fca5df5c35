import type { Page } from "playwright-core";

/** A picture: a page or a tab, and what somebody does there. */
export interface View {
  readonly name: string;
  readonly path: string;
  /** What has to be there before the picture is taken. */
  readonly shows: string;
  readonly prepare?: (page: Page) => Promise<void>;
  /** Whether README or docs show it: `npm run screenshots` writes it then. */
  readonly isShown?: boolean;
  /** Seen by whoever has no token. */
  readonly isOutside?: boolean;
}

/** The names of what was recorded. */
export interface Recorded {
  readonly searches: readonly string[];
  /** An early reader of digits, an adder, the best reader, and one that still trains. */
  readonly runs: readonly string[];
}

/** Every page and tab of the studio. */
export function viewsOf({ searches, runs }: Recorded): readonly View[] {
  const [reader = "", adder = "", best = "", live = ""] = runs;
  const tab = (name: string, run: string, shows: string): View => ({
    ...{ name: `run-${name}`, path: `/runs/${run}`, shows },
    prepare: (page) => page.locator(`[data-tab="${name}"]`).click(),
  });
  const pictured = (view: string) => ({
    ...{ name: `runs-${view}`, path: `/runs?view=${view}&where=experiment%3Dmnist` },
    shows: ".pictures canvas",
  });
  return [
    { name: "runs", path: "/runs", shows: ".grid tbody tr:nth-child(5)", isShown: true },
    { ...pictured("parallel"), isShown: true },
    pictured("scatter"),
    { name: "run", path: `/runs/${live}`, shows: ".uplot canvas", isShown: true },
    {
      ...{ name: "run-behind", path: `/runs/${best}`, shows: ".behind" },
      prepare: (page) =>
        page
          .locator(".u-over")
          .first()
          .click({ position: { x: 90, y: 60 } }),
    },
    {
      ...{ name: "run-inside", path: `/runs/${best}`, shows: ".confusion table", isShown: true },
      prepare: async (page) => {
        await page.locator('[data-tab="inside"]').click();
        await page.locator(".confusion").evaluate((element) => element.scrollIntoView());
        await page.mouse.wheel(0, -70);
      },
    },
    { ...tab("inside", adder, ".errors svg"), name: "run-errors" },
    {
      ...tab("landscape", reader, ".relief canvas"),
      prepare: async (page) => {
        await page.locator('[data-tab="landscape"]').click();
        await page
          .locator(".relief")
          .first()
          .evaluate((element) => element.scrollIntoView());
        await page.mouse.wheel(0, -160);
      },
      isShown: true,
    },
    tab("log", live, ".log li"),
    tab("settings", best, ".plain tbody tr"),
    tab("data", best, ".facts"),
    tab("checkpoints", best, ".plain tbody tr"),
    tab("decisions", best, ".decision"),
    {
      ...{ name: "steer", path: `/runs/${live}`, shows: "dialog[open]" },
      prepare: (page) => page.locator(".steer-actions button").nth(1).click(),
    },
    {
      ...{ name: "compare", path: `/compare?a=${reader}&b=${best}`, shows: ".differences" },
      isShown: true,
    },
    { name: "searches", path: "/searches", shows: ".plain tbody tr" },
    ...searches.map((search, index) => ({
      ...{ name: `search-${index + 1}`, path: `/searches/${search}`, shows: ".trials tbody tr" },
      isShown: index === 0,
    })),
    { name: "network", path: `/runs/${best}/network`, shows: ".layers li" },
    {
      ...{ name: "network-graph", path: `/runs/${best}/network?tab=graph`, shows: ".canvas svg *" },
      // The last of the compiler's passes.
      prepare: (page) => page.locator(".segments").nth(1).locator("button").last().click(),
      isShown: true,
    },
    { name: "try", path: `/runs/${best}/try`, shows: ".try table", prepare: draw, isShown: true },
    { name: "door", path: "/", shows: ".door input", isOutside: true },
  ];
}

/** A two, as shares of the field's width. */
const strokes: readonly (readonly [left: number, top: number])[] = [
  [0.32, 0.36],
  [0.42, 0.23],
  [0.56, 0.22],
  [0.66, 0.34],
  [0.6, 0.5],
  [0.34, 0.76],
  [0.7, 0.76],
];

async function draw(page: Page): Promise<void> {
  const { x = 0, y = 0, width = 0 } = (await page.locator(".try canvas").boundingBox()) ?? {};
  for (const [index, [left, top]] of strokes.entries()) {
    await page.mouse.move(x + left * width, y + top * width, { steps: 4 });
    if (index === 0) await page.mouse.down();
  }
  await page.mouse.up();
}
