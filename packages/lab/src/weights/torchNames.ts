/**
 * Where a tensor goes that is called as PyTorch calls it: one of Versant's names, or several, which share
 * its first axis in equal parts; none for a count that Versant does not keep.
 */
export type Destinations = readonly string[];

const batchNorm: Readonly<Record<string, string>> = {
  running_mean: "runningMean",
  running_var: "runningVariance",
  num_batches_tracked: "batchCount",
};

const recurrent: Readonly<Record<string, string>> = {
  weight_ih: "inputWeight",
  weight_hh: "hiddenWeight",
  bias_ih: "inputBias",
  bias_hh: "hiddenBias",
};

const projections = ["query", "key", "value"];

/**
 * Versant's names of one of PyTorch's parameters or buffers, where the two libraries call the same thing
 * differently: running statistics, recurrent layers and cells, attention (of containers see `torchPlaces`). Layouts are the same in both (a
 * Linear's weight is (out, in), the gates of an LSTM are i, f, g, o, those of a GRU r, z, n), but that
 * PyTorch packs the three projections of attention into one tensor.
 *
 * @param isName whether the file has a tensor of this name: a layer that runs both ways has "_reverse"
 * @returns undefined for names that both have in common, or that PyTorch does not give
 */
export function torchDestinations(
  name: string,
  isName: (name: string) => boolean,
): Destinations | undefined {
  const dot = name.lastIndexOf(".") + 1;
  const [module, own] = [name.slice(0, dot), name.slice(dot)];
  const statistic = Object.hasOwn(batchNorm, own) ? batchNorm[own] : undefined;
  if (statistic !== undefined) return [module + statistic];

  const [, part = "", layer, reverse] = /^(\w+?_[ih]h)(?:_l(\d+)(_reverse)?)?$/.exec(own) ?? [];
  const weight = Object.hasOwn(recurrent, part) ? recurrent[part] : undefined;
  if (weight !== undefined) {
    if (layer === undefined) return [module + weight];
    const directions = isName(`${module}${part}_l0_reverse`) ? 2 : 1;
    const cell = directions * Number(layer) + (reverse ? 1 : 0);
    return [`${module}cells.${cell}.${weight}`];
  }

  const [, packed] = /^in_proj_(weight|bias)$/.exec(own) ?? [];
  if (packed) return projections.map((each) => `${module}${each}.${packed}`);
  const [, which] = /^([qkv])_proj_weight$/.exec(own) ?? [];
  if (which) return [`${module}${projections["qkv".indexOf(which)]}.weight`];
  const [, before, kind] = /^(.*\.|)out_proj\.(weight|bias)$/.exec(name) ?? [];
  return kind === undefined ? undefined : [`${before}output.${kind}`];
}

/** Whether a tensor counts the batches that running statistics have seen, which most layers do not ask. */
export const isBatchCount = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name);

/**
 * The names of a model by what PyTorch would call them for its containers: the layers of a Sequential stand
 * in "layers" here, and at the top there. Names that two would share are left out.
 */
export function torchPlaces(names: readonly string[]): ReadonlyMap<string, string> {
  const places = new Map<string, string[]>();
  for (const name of names) {
    const short = name.replace(/(^|\.)layers\.(?=\d)/g, "$1");
    for (const each of new Set([name, short])) {
      places.set(each, [...(places.get(each) ?? []), name]);
    }
  }
  return new Map(
    [...places].flatMap(([place, [name = "", ...others]]) =>
      others.length === 0 ? [[place, name]] : [],
    ),
  );
}
