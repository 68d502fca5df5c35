// The examples that have to reach a score do, on data that they were not trained on: each is run as it
// stands, with its own seed and defaults, and its report is compared with what is required.
//   npm run verify:examples                one after the other
//   npm run verify:examples -- spam births only these
import { train } from "./versant.mjs";

/** By example: what its report has to show, as [what, required, measured, whether that is met]. */
const requirements = {
  spam: ({ test, inspection }) => [
    atLeast("accuracy on mail never seen", 0.97, test?.accuracy),
    present("macro F1 of the same", inspection?.macroF1),
  ],
  fashion: ({ test }) => [atLeast("accuracy on clothes never seen", 0.905, test?.accuracy)],
  houses: ({ inspection }) => {
    const { network, "linear regression": linear } = inspection?.r2 ?? {};
    return [above("R2 against linear regression's, same folds", linear, network)];
  },
  births: ({ inspection }) => {
    const { network, weekBefore, yearBefore } = inspection ?? {};
    return [
      below("error against that of the week before", weekBefore, network),
      below("error against that of the year before", yearBefore, network),
    ];
  },
  "digits-transfer": ({ test, inspection }) => [
    atLeast("accuracy on 0 to 4", 0.99, test?.accuracy),
    ...[1, 5, 50].map((examples) => {
      const { "body frozen": frozen, "from scratch": scratch } =
        inspection?.transfer?.[examples] ?? {};
      const what = `accuracy on 5 to 9 with ${examples} of each, lower bound against scratch's upper one`;
      return above(what, scratch?.high, frozen?.low);
    }),
  ],
};

// A score that is missing is undefined, and compares as not met.
const atLeast = (what, bound, measured) => [what, `>= ${bound}`, measured, measured >= bound];
const above = (what, bound, measured) => [what, `> ${bound}`, measured, measured > bound];
const below = (what, bound, measured) => [what, `< ${bound}`, measured, measured < bound];
const present = (what, measured) => [what, "reported", measured, Number.isFinite(measured)];

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(requirements);
const unknown = names.find((name) => !Object.hasOwn(requirements, name));
if (unknown !== undefined) {
  const known = Object.keys(requirements).join(", ");
  console.error(`verify:examples: received "${unknown}", expected examples among ${known}.`);
  process.exit(1);
}
for (const name of names) {
  const report = train(`examples/${name}.ts`, []);
  console.log(`${name}: seed ${report.seed}, ${report.device}, ${report.seconds.toFixed(0)} s`);
  for (const [what, required, measured, isMet] of requirements[name](report)) {
    console.log(`  ${what}: required ${required}, measured ${measured}${isMet ? "" : ": not met"}`);
    if (!isMet) process.exitCode = 1;
  }
}
