import { initialize } from "../src/device/index.js";

// `VERSANT_DEVICE` chooses another device than the default for the whole suite.
await initialize();
