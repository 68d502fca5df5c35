import { expect, test } from "vitest";
import { parseConstraint, parseObjective, violation } from "../../src/tune/objectives.js";

test("the direction of an objective is in its name, or said", () => {
  const read = [
    "validation.loss",
    "validation.accuracy",
    "max:train.loss",
    "min:validation.mine",
    "latency",
  ].map((text) => Object.values(parseObjective(text)).join(" "));
  expect(read).toEqual([
    "validation.loss min",
    "validation.accuracy max",
    "train.loss max",
    "validation.mine min",
    "latency min",
  ]);
});

test.each([
  ["validation.mine", /does not say which way is better; write "max:validation.mine"/],
  ["test.accuracy", /looks at test data leaves nothing to test its best trial with/],
  ["loss", /"loss", expected a score such as validation.loss/],
])("objective %s is refused", (text, message) => {
  expect(() => parseObjective(text)).toThrow(message);
});

test("constraints have a name, a direction and a limit", () => {
  const most = parseConstraint("parameters <= 1e5");
  const least = parseConstraint("validation.accuracy>=0.9");
  expect([violation(100_001, most), violation(1, least)]).toEqual([1, 0.9 - 1]);
});

test.each(["parameters", "parameters<5", "parameters<=many", "test.loss<=1", "width<=4"])(
  "constraint %s is refused",
  (text) => {
    expect(() => parseConstraint(text)).toThrow(/^--constraint: received ".*expected/);
  },
);
