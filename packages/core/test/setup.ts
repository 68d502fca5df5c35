import { useDevice } from "../src/device/index.js";

await useDevice(process.env["VERSANT_DEVICE"] ?? "reference");
