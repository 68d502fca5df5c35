import { Tensor } from "../../tensor/index.js";
import type { AnyModule } from "../module.js";

/** What takes the place of a call of `forward`; the call itself happens in `proceed`. */
export type Interceptor = (module: AnyModule, proceed: () => unknown) => unknown;

interface Interception {
  readonly interceptors: Set<Interceptor>;
  readonly restore: () => void;
}

const interceptions = new WeakMap<AnyModule, Interception>();

/**
 * Lets `interceptor` take part in every call of these modules' `forward`, until the function that
 * comes back is called. A module that nobody looks into has its own `forward` and nothing else.
 */
export function intercept(modules: readonly AnyModule[], interceptor: Interceptor): () => void {
  for (const module of modules) {
    const interception = interceptions.get(module) ?? replaceForward(module);
    interceptions.set(module, interception);
    interception.interceptors.add(interceptor);
  }
  return () => {
    for (const module of modules) {
      const interception = interceptions.get(module);
      interception?.interceptors.delete(interceptor);
      if (interception?.interceptors.size !== 0) continue;
      interception.restore();
      interceptions.delete(module);
    }
  };
}

function replaceForward(module: AnyModule): Interception {
  // A forward that is an arrow function is a property of the module itself.
  const own = Object.getOwnPropertyDescriptor(module, "forward");
  const { forward } = module;
  const interceptors = new Set<Interceptor>();
  const value = (...inputs: never): unknown => {
    let proceed = (): unknown => forward.apply(module, inputs);
    for (const interceptor of interceptors) {
      const inner = proceed;
      proceed = () => interceptor(module, inner);
    }
    return proceed();
  };
  // How many inputs it takes can be asked of a function.
  Object.defineProperty(value, "length", { value: forward.length });
  Object.defineProperty(module, "forward", { value, configurable: true });
  const restore = (): void => {
    if (own) Object.defineProperty(module, "forward", own);
    else Reflect.deleteProperty(module, "forward");
  };
  return { interceptors, restore };
}

/**
 * `output` with every tensor in it replaced by what `replace` gives: the output itself, or those in
 * a list or plain object, such as `{ output, state }`. `part` is the way to it, "" or "state.0".
 */
export function mapTensors(
  output: unknown,
  replace: (tensor: Tensor, part: string) => Tensor,
  part = "",
): unknown {
  const inner = (each: unknown, name: string | number): unknown =>
    mapTensors(each, replace, part ? `${part}.${name}` : String(name));
  if (output instanceof Tensor) return replace(output, part);
  if (Array.isArray(output)) return output.map(inner);
  if (typeof output !== "object" || output === null) return output;
  if (Object.getPrototypeOf(output) !== Object.prototype) return output;
  return Object.fromEntries(
    Object.entries(output).map(([name, each]) => [name, inner(each, name)]),
  );
}

/** Every tensor in an output. */
export function tensorsIn(output: unknown): Tensor[] {
  const found: Tensor[] = [];
  mapTensors(output, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
}
