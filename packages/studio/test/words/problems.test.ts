import { expect, test } from "vitest";
import { problems as english } from "../../src/words/en/problems.js";
import { problems as french } from "../../src/words/fr/problems.js";

test("French says what the server refuses with the values that it names", () => {
  expect(french["ledger.missing"]({ path: "a.sqlite", reason: "no such file" })).toBe(
    "le registre a.sqlite ne peut pas être utilisé\u00a0: ce fichier n’existe pas.",
  );
  expect(french["condition.field"]({ name: "los", near: "loss" })).toMatch(
    /«\u00a0los\u00a0»\u00a0; .*«\u00a0loss\u00a0»/,
  );
  expect(french["condition.field"]({ name: "los", near: undefined })).toBe(
    "aucune exécution n’a «\u00a0los\u00a0».",
  );
  expect(french["steer.ended"]({ run: "a", state: "stopped" })).toContain("(arrêtée)");
  expect(french["decide.score"]({ evidence: "#1:f1", run: "a", names: [] })).toMatch(
    /encore aucun/,
  );
  expect(french["request.size"]({ bytes: 2 ** 20 })).toContain("1024 Kio");
});

test("every obstacle to an approval is named", () => {
  const said = french["approve.obstacles"]({
    run: "a",
    obstacles: ["training", "test", "data", "weights", "damage", "leaks", "changes"],
  });
  expect(said).toMatch(/^a ne peut pas être approuvée\u00a0: son entraînement/);
  expect(said.split("\u00a0; ")).toHaveLength(7);
});

test("English has words where the server's sentence speaks to a command line", () => {
  expect(english["steer.ended"]?.({ run: "a", state: "completed" })).toBe(
    "a has ended meanwhile (completed): only a training that runs can be steered.",
  );
  expect(english["run.unknown"]).toBeUndefined();
});
