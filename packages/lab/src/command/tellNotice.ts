/** One line on what there is to know of a model, beside the output, which a program may read. */
export function tellNotice({ notice }: { readonly notice?: string | undefined }): void {
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
}
