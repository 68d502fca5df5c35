import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { approve } from "../../src/accountability/approve.js";
import { decide } from "../../src/accountability/decide.js";
import { describe } from "../../src/accountability/describe.js";
import { descriptionItems, itemNames } from "../../src/accountability/items.js";
import { type DossierOptions, dossier } from "../../src/dossier/dossier.js";
import { en } from "../../src/dossier/words/en.js";
import { fr } from "../../src/dossier/words/fr.js";
import { real } from "../../src/experiment/declarations.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { digitsEnd, digitsEpoch, digitsRun, digitsStart, source } from "../ledger/digits.js";
import {
  makeIdentity,
  startedDraft,
  temporaryFolder,
  temporaryLedger,
} from "../ledger/temporary.js";

/** A folder where the experiment stands as it was recorded. */
function sourceFolder(content = source): string {
  const root = temporaryFolder();
  const path = join(root, "examples/digits.ts");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return root;
}

type Point = { point: string; status: string; gaps: { status: string; what: string }[] };

async function pointsOf(ledger: Ledger, root = sourceFolder()): Promise<Record<string, Point>> {
  const { points }: { points: Point[] } = JSON.parse(
    await dossier(ledger, { run: "last", format: "json", root }),
  );
  return Object.fromEntries(points.map((point) => [point.point, point]));
}

const everything = Object.fromEntries(itemNames.map((name) => [name, `About ${name}.`]));

test("a run that was described and approved has every point filled", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  await describe(ledger, { run, items: everything });
  await approve(ledger, { run, statement: "Fit." });
  const points = Object.values(await pointsOf(ledger));
  expect(points.filter(({ status }) => status !== "filled")).toEqual([]);
  expect(points).toHaveLength(22);
});

test("what nobody wrote or measured is missing", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1")]);
  const points = await pointsOf(ledger);
  expect(points["1(a)"]?.gaps.map(({ what }) => what)).toEqual(["purpose", "provider"]);
  expect(points["2(d)"]?.gaps.map(({ what }) => what)).toEqual(["origin", "labelling", "leaks"]);
  expect(points["2(g)"]?.gaps.map(({ what }) => what)).toEqual(["validation", "test", "approval"]);
  expect(points["6"]?.status).toBe("filled");
});

test("a run that was chosen among others says of which search it is a trial", async () => {
  const ledger = temporaryLedger();
  const search = { name: "line-search-abc234", trial: 12 };
  await ledger.append([startedDraft("line-1", { search })]);
  const page = (language: "en" | "fr") =>
    dossier(ledger, { run: "line-1", format: "md", language, root: sourceFolder() });
  expect(await page("en")).toMatch(/Search.*trial 12 of line-search-abc234/);
  expect(await page("fr")).toMatch(/Recherche.*essai 12 de line-search-abc234/);
});

test("what was said of other weights is stale", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  await describe(ledger, { run, items: everything });
  await approve(ledger, { run, statement: "Fit." });
  const start = digitsStart(run);
  if (start.type !== "run.started") throw new Error("the start of a run was expected");
  await ledger.append([
    {
      type: "run.resumed",
      run,
      payload: {
        checkpoint: null,
        from: { epoch: 11, batch: 0, step: 8250 },
        environment: start.payload.environment,
      },
    },
    ...digitsEpoch(run, 12),
    ...digitsEnd(run, await ledger.objects.put("other weights")),
  ]);
  const points = await pointsOf(ledger);
  expect(points["1(a)"]?.gaps).toContainEqual({ status: "stale", what: "purpose" });
  expect(points["2(g)"]?.gaps).toEqual([{ status: "stale", what: "approval" }]);
  const html = await dossier(ledger, { run, root: sourceFolder() });
  expect(html).toContain(en.staleApproval);
  expect(html).toContain(en.olderThanResume);

  await approve(ledger, { run, statement: "Fit again." });
  expect((await pointsOf(ledger))["2(g)"]?.status).toBe("filled");
});

test("a file that is another one now makes the code stale", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  await describe(ledger, { run, items: everything });
  const changed = await pointsOf(ledger, sourceFolder("changed"));
  expect(changed["2(a)"]).toMatchObject({ status: "stale", gaps: [{ what: "code" }] });
  expect((await pointsOf(ledger, temporaryFolder()))["2(a)"]?.status).toBe("stale");
  expect((await pointsOf(ledger))["2(a)"]?.status).toBe("filled");
});

test("it holds what was measured, steered and decided", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  await decide(ledger, { run, title: "Adam", why: "Faster.", from: "SGD", to: "Adam" });
  const asked = { action: "learningRate", value: 0.02, why: "Faster still." } as const;
  await ledger.append([{ type: "steer.requested", run, payload: asked }]);
  const root = sourceFolder();
  const html = await dossier(ledger, { run, root });
  for (const text of [
    "0.9634 – 0.9704",
    "learning rate 0.001 → 0.0003 after step 4,512",
    "The validation loss swings.",
    "asked for, not applied: learning rate 0.02",
    "0.00001 to 0.1, logarithmic",
    "decision: Adam",
    "48,000",
    `${(await ledger.events()).length} events`,
  ]) {
    expect(html).toContain(text);
  }
  expect(html.match(/<svg /g)).toHaveLength(4);
  const french = await dossier(ledger, { run, root, language: "fr", format: "md" });
  expect(french).toContain("0,9634 – 0,9704");
  expect(french).toContain("de 0,00001 à 0,1, logarithmique");
  expect(french).toMatch(/^\| learningRate \| step of Adam \|/m);
});

test("a page needs nothing else, and runs nothing", async () => {
  const ledger = temporaryLedger();
  await digitsRun(ledger);
  const html = await dossier(ledger, { run: "last" });
  expect(html).not.toMatch(/<script|<link|<img|<iframe|src=|@import|url\(|https?:/i);
  expect(html).toContain("default-src 'none'");
});

const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "\u202egnp.exe",
  "[a](javascript:alert(1))",
  "|\n# x\n</td>",
  "long".repeat(2560),
  "\u0000\u001b[31m",
  "שלום",
].join(" ");

test("what a ledger says is text, in every place and format", async () => {
  const ledger = temporaryLedger();
  const start = digitsStart("digits-1", hostile);
  if (start.type !== "run.started") throw new Error("the start of a run was expected");
  const { payload } = start;
  const changed = everywhere(payload, hostile);
  await ledger.append([
    { ...start, payload: changed },
    {
      type: "epoch",
      run: "digits-1",
      payload: {
        epoch: 1,
        step: 1,
        seconds: 1,
        learningRate: 0.1,
        train: { loss: 1, [hostile]: 1 },
        validation: { loss: 1, [hostile]: 2 },
      },
    },
    ...digitsEnd("digits-1", "0".repeat(64)).map((draft) => everywhereIn(draft)),
  ]);
  await describe(ledger, { run: "last", items: { purpose: hostile } });
  await decide(ledger, { run: "last", title: hostile, why: hostile, alternatives: [hostile] });
  for (const language of ["en", "fr"] as const) {
    const html = await dossier(ledger, { run: "last", language });
    expect(html.match(forbidden)).toBeNull();
    const tags = new Set([...html.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    expect([...tags].filter((tag) => !known.has(String(tag)))).toEqual([]);
    expect(html).toContain("[U+202E]");
    const markdown = await dossier(ledger, { run: "last", language, format: "md" });
    expect(markdown.match(forbidden)).toBeNull();
    expect(markdown.match(/(?<!\\)\[a|^(> )?# x/m)).toBeNull();
  }
});

/** Markup of the text above, and controls that cannot be seen. */
const forbidden = /<script|<img|(?!\n)[\p{Cc}\u202e]/iu;

const known = new Set(
  (
    "html head meta title style body header p h1 ul li b span nav ol a main section h2 small h3 dl dt dd " +
    "div table thead tbody tr th td code figure figcaption blockquote svg text line path circle footer"
  ).split(" "),
);

/** A payload with a text in place of every text that is no choice of words. */
function everywhere<T>(value: T, text: string): T {
  const replaced = (each: unknown, key: string): unknown => {
    if (["source", "kind", "scale", "state", "dtype"].includes(key)) return each;
    if (typeof each === "string") return text;
    if (Array.isArray(each)) return each.map((item) => replaced(item, ""));
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(
      Object.entries(each).map(([name, item]) => [name, replaced(item, name)]),
    );
  };
  return replaced(value, "") as T;
}

const everywhereIn = <T extends { readonly payload: unknown }>(draft: T): T => ({
  ...draft,
  payload: everywhere(draft.payload, hostile),
});

test("both languages say everything", () => {
  const texts = (value: unknown, path = ""): [string, string][] =>
    typeof value === "string"
      ? [[path, value]]
      : typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, each]) => texts(each, `${path}.${key}`))
        : [];
  const [english, french] = [new Map(texts(en)), new Map(texts(fr))];
  expect([...french.keys()]).toEqual([...english.keys()]);
  const same = [...english]
    .filter(([path, text]) => french.get(path) === text)
    .map(([, text]) => text);
  // Words that both languages have.
  expect(new Set(same)).toEqual(
    new Set(
      "Point Commit Code SHA-256 Validation Test validation F1 Occasion Score intervention pause".split(
        " ",
      ),
    ),
  );
  for (const { label, question } of Object.values(descriptionItems)) {
    expect(label.fr).not.toBe(label.en);
    expect(question.fr).toMatch(/\u00a0\?$/);
  }
});

test("a ledger that was altered is told", async () => {
  const ledger = temporaryLedger();
  await digitsRun(ledger);
  ledger.database.connection.exec("update events set body = replace(body, 'Adam', 'Adan')");
  const html = await dossier(ledger, { run: "last" });
  expect(html).toContain("The ledger does not hold (event 2)");
});

test("a name that two keys sign under is told", async () => {
  const ledger = temporaryLedger();
  await digitsRun(ledger);
  await temporaryLedger(ledger.folder, makeIdentity()).append([startedDraft("other")]);
  const options = { run: "digits-1a2b3c", format: "md" } as const;
  expect(await dossier(ledger, options)).toMatch(
    /The ledger may deceive in spite of its signatures: 2 keys sign as Ada/,
  );
  expect(await dossier(ledger, { ...options, language: "fr" })).toContain(
    "Le registre peut tromper",
  );
});

test("only known formats and languages", async () => {
  const ledger = temporaryLedger();
  await digitsRun(ledger);
  const written = (more: object) => dossier(ledger, { run: "last", ...more } as DossierOptions);
  await expect(written({ format: "pdf" })).rejects.toThrow(
    'dossier: received "pdf" as format, expected one of html, md, json.',
  );
  await expect(written({ language: "de" })).rejects.toThrow(
    'dossier: received "de" as language, expected one of en, fr.',
  );
  await expect(written({ langage: "fr" })).rejects.toThrow('an option named "langage"');
});

test("says with which values of others a hyper-parameter matters", async () => {
  const ledger = temporaryLedger();
  const declaration = real(0.9, { min: 0, max: 1, when: { optimizer: "sgd", bias: true } });
  const record = { name: "momentum", value: 0.9, source: "default" as const, declaration };
  await ledger.append([startedDraft("line-1", { hyperparameters: [record] })]);
  const page = await dossier(ledger, { run: "last", format: "md", root: temporaryFolder() });
  expect(page).toContain("0 to 1 (when bias is yes) (when optimizer is sgd)");
});

test("of very many layers the first thousand are listed, and all are counted", async () => {
  const ledger = temporaryLedger();
  const layer = (_: unknown, index: number) => ({
    ...{ name: `layer${index}.`, kind: "Linear", output: "(N, 1)", parameters: 1 },
  });
  await ledger.append([startedDraft("deep", { layers: Array.from({ length: 1001 }, layer) })]);
  const text = await dossier(ledger, { run: "deep", format: "md" });
  expect(text).toContain("layer999.");
  expect(text).not.toContain("layer1000.");
  expect(text).toMatch(/1,000 of 1,001 are shown/);
});
