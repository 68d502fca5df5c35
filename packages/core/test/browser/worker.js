import { report } from "./program.js";

postMessage(await report());
