// Runs in a process of its own: the JavaScript of the TypeScript that it is given.
import { text } from "node:stream/consumers";
import { createJiti } from "jiti";

const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false });
process.stdout.write(jiti.transform(JSON.parse(await text(process.stdin))));
