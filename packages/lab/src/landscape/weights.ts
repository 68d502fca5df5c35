import { type nn, type Tensor, tensor } from "@versant/core";

/** Values of parameters by path: a place in the space of weights, or a direction there. */
export type Weights = ReadonlyMap<string, ArrayLike<number>>;

/** What of a state is a parameter of the model, copied; buffers are left out. */
export const weightsIn = (
  state: ReadonlyMap<string, Tensor>,
  model: nn.AnyModule,
): Map<string, ArrayLike<number>> =>
  new Map(
    [...model.namedParameters().keys()].flatMap((name) => {
      const value = state.get(name);
      return value ? [[name, value.dataSync()] as const] : [];
    }),
  );

/** A plane in the space of weights: center + x first + y second. */
export interface Plane {
  readonly center: Weights;
  readonly directions: readonly [first: Weights, second: Weights];
}

/** Sets the parameters of a model to those of a place in the plane. */
export function moveTo(
  model: nn.AnyModule,
  { center, directions: [first, second] }: Plane,
  x: number,
  y: number,
): void {
  for (const [name, parameter] of model.namedParameters()) {
    const [from, along, across] = [center, first, second].map((each) => each.get(name));
    if (!from || !along || !across) continue;
    // Added in float64, and rounded once.
    const values = Float64Array.from(
      from,
      (value, index) => value + x * (along[index] as number) + y * (across[index] as number),
    );
    const { shape, dtype } = parameter;
    parameter.assign(tensor(values, { shape, dtype }));
  }
}
