import { defaultDevice, devices } from "@versant/core";
import type { FixedCommand } from "./fixedCommand.js";

export const devicesCommand: FixedCommand = {
  name: "devices",
  usage: "",
  description: "show what can compute here",
  configure: (command) => {
    command.action(printDevices);
  },
};

/** Prints every device, with what it is or why it is not available; a star marks the default. */
async function printDevices(): Promise<void> {
  for (const { name, device, description } of await devices()) {
    const mark = device && device === defaultDevice() ? "*" : " ";
    const state = device ? description : `not available: ${description}`;
    console.log(`${mark} ${name.padEnd(9)}  ${state}`);
  }
}
