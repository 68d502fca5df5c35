import type { AnyModule } from "./module.js";

// A layer does not know the model that holds it. An error looks for it among the modules that are
// alive, so that nobody pays for names in a run without errors.

const alive = new Set<WeakRef<AnyModule>>();
const collected = new FinalizationRegistry<WeakRef<AnyModule>>((reference) => {
  alive.delete(reference);
});

/** Makes a module one that `labelOf` looks into. */
export function register(module: AnyModule): void {
  const reference = new WeakRef(module);
  alive.add(reference);
  collected.register(module, reference);
}

/** The longest path that leads to `module` from any model; "" where none holds it. */
function pathOf(module: AnyModule): string {
  let longest = "";
  for (const reference of alive) {
    for (const [path, each] of modulesOf(reference.deref())) {
      if (each === module && path.length > longest.length) longest = path;
    }
  }
  return longest;
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
