import type { AnyModule } from "./module.js";

// A layer does not know the model that holds it. An error looks for it among the modules that are
// alive, so that nobody pays for names in a run without errors, and a model need not have listed its
// parts. (An engine keeps what a weak reference is made of until the running job ends: models built
// and dropped in one synchronous stretch are freed after it.)

const alive = new Set<WeakRef<AnyModule>>();
/** When each model was used last: the count of uses up to then. */
const lastUses = new WeakMap<AnyModule, number>();
let uses = 0;
const collected = new FinalizationRegistry<WeakRef<AnyModule>>((reference) => {
  alive.delete(reference);
});

/** Makes a module one that `labelOf` looks into. */
export function register(module: AnyModule): void {
  const reference = new WeakRef(module);
  alive.add(reference);
  collected.register(module, reference);
}

/** Notes that somebody asked for the model's parameters, or set its mode. */
export function noteUse(model: AnyModule): void {
  lastUses.set(model, ++uses);
}

/**
 * The path that leads to `module` from a model that no other holds; "" where it is one itself. Of
 * several such models that share it, this is the one that was used last, as by `parameters()` or
 * `train()`, and of models that were never used, the newest: a layer taken over from an old model
 * is called what it is in the new one, and no model made in passing for one call counts.
 */
function pathOf(module: AnyModule): string {
  const models = [...alive].map((reference) => modulesOf(reference.deref()));
  const held = new Set(models.flatMap((modules) => [...modules.values()].slice(1)));
  let [path, lastUse] = ["", -1];
  for (const modules of models) {
    const [model] = modules.values();
    if (!model || held.has(model)) continue;
    const found = [...modules].find(([, each]) => each === module);
    const use = lastUses.get(model) ?? 0;
    if (found && use >= lastUse) [path, lastUse] = [found[0], use];
  }
  return path;
}

function modulesOf(model: AnyModule | undefined): ReadonlyMap<string, AnyModule> {
  try {
    return model?.namedModules() ?? new Map();
  } catch {
    // Another model that is not well formed must not take the place of the error to be told.
    return new Map();
  }
}

/** What errors call a module: `Linear(4, 3) "hidden.0"`, with its path if a model holds it. */
export function labelOf(module: AnyModule): string {
  const path = pathOf(module);
  return path ? `${module} "${path}"` : String(module);
}
