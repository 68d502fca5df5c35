let current: string | undefined;

/** Where the data of an experiment are looked for first: beside its file, else the current folder. */
export const experimentFolder = (): string => current ?? process.cwd();

/** Called by the command, before it loads an experiment's file. */
export function enterExperimentFolder(folder: string): void {
  current = folder;
}
