/** Curves that one chart has colours for. */
const most = 6;

/** Of more paths than there are colours, as many as there are: the first, the last, and some between them. */
export function chosen(paths: readonly string[]): readonly string[] {
  if (paths.length <= most) return paths;
  const stride = (paths.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, place) => paths[Math.round(place * stride)] ?? "");
}
