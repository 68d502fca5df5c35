import { dtypes, isContiguous, sizeOf } from "../array/index.js";
import {
  type Attributes,
  type Graph,
  isElementwise,
  isLeaf,
  isView,
  makeNode,
  type Node,
  type Primitive,
  rootsOf,
  type SubGraph,
  topologicalOrder,
} from "../graph/index.js";
import {
  assignStages,
  behindViews,
  isLarge,
  isReduction,
  passOf,
  type Stages,
  sink,
  usersOf,
} from "./fuse/index.js";
import { resolve } from "./lower/resolve.js";

// Element-wise values that several loops need are computed anew in each of them, where that costs
// less memory traffic than to store them and read them again. The bits are the same: the same
// operations on the same values.

/** What a processor computes faster than it could read the result. */
const cheap: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(["add", "subtract", "multiply", "negate", "absolute", "sign", "relu"] as const),
  ...(["maximum", "minimum", "equal", "less", "lessEqual", "select"] as const),
  ...(["and", "or", "not", "cast"] as const),
]);
/** More operations than this are not repeated. */
const maxOperations = 16;
/** Values are not repeated in more loops and reductions than this. */
const maxPlaces = 8;
/** What is repeated along windows takes so many times as long to read as what stands in order. */
const spreading = 3;
/** A source may live longer by so many stages, as from a reduction to what is done with its result. */
const nearby = 6;

/** How a value is computed from what is stored. */
interface Recipe {
  readonly sources: ReadonlySet<Node>;
  readonly operations: number;
}

/** Loops and reductions, by what tells them apart, each with its stage. */
type Places = ReadonlyMap<unknown, number>;

class Recomputer {
  readonly #context: Stages;
  readonly #lastUse: ReadonlyMap<Node, number>;
  readonly #places = new Map<Node, Places>();
  readonly #recipes = new Map<Node, Recipe>();
  readonly #rebuilt = new Map<Node, Node>();
  readonly #copies = new Map<unknown, Map<Node, Node>>();
  /** Nodes that have been used as they are, so that the next copy is another one. */
  readonly #taken = new Set<Node>();
  /** By each node that was made: the one whose value it computes. */
  readonly origins = new Map<Node, Node>();

  constructor(roots: readonly Node[]) {
    const order = topologicalOrder(roots);
    this.#context = { stages: assignStages(order), users: usersOf(order), kept: new Set(roots) };
    sink(order, this.#context);
    this.#lastUse = lastUses(order, this.#context);
    for (const node of order.toReversed()) this.#findPlaces(node);
    for (const node of order) this.#findRecipe(node);
    for (const node of order) if (!this.#recipes.has(node)) this.#rebuild(node);
  }

  /** What stands for `node`, which is stored, from now on. */
  find = (node: Node): Node => this.#rebuilt.get(node) ?? node;

  #stageOf = (node: Node): number => this.#context.stages.get(node) as number;

  /** Which loop or reduction `user` is part of. */
  #placeOf = (user: Node): unknown =>
    isReduction(user) ? passOf(user, this.#stageOf(user)) : this.#stageOf(user);

  /** Where `node` would be computed if nothing cheap were stored; nowhere if it has to be stored. */
  #findPlaces(node: Node): void {
    const { users, kept } = this.#context;
    const its = users.get(node) ?? [];
    const inline = (user: Node): boolean => isElementwise(user.primitive) || isReduction(user);
    if (!cheap.has(node.primitive) || kept.has(node) || !its.every(inline)) return;
    const places = new Map<unknown, number>();
    for (const user of its) {
      const further = this.#places.get(user);
      if (further) for (const [place, stage] of further) places.set(place, stage);
      else places.set(this.#placeOf(user), this.#stageOf(user));
      if (places.size > maxPlaces) return;
    }
    this.#places.set(node, places);
  }

  #findRecipe(node: Node): void {
    const places = this.#places.get(node);
    if (!places) return;
    const sources = new Set<Node>();
    let operations = 1;
    for (const each of node.inputs) {
      const recipe = this.#recipes.get(each);
      if (recipe) {
        operations += recipe.operations;
        for (const source of recipe.sources) sources.add(source);
      } else if (isLarge(behindViews(each), node)) sources.add(behindViews(each));
    }
    if (operations > maxOperations) return;
    if (
      places.size > 1 &&
      (this.#endsProduct(node, sources) || !this.#pays(node, sources, places))
    ) {
      return;
    }
    this.#recipes.set(node, { sources, operations });
  }

  /**
   * Counts tensors read and written. Storing `node` takes its sources, itself twice (a line of the
   * cache is read before it is written), and once more in each place. Sources that would be dead
   * by then, and not just before, may together not be larger than `node`, which need not live.
   */
  #pays(node: Node, sources: ReadonlySet<Node>, places: Places): boolean {
    const stored = [...sources].filter((source) => !this.#isStored(source)).length;
    const size = sizeOf(node.shape);
    const reading = [...sources].reduce(
      (sum, source) => sum + (sizeOf(source.shape) < size ? spreading : 1),
      0,
    );
    const anew = places.size * reading + 2 * stored;
    if (anew > reading + 2 + places.size) return false;
    const last = Math.max(...places.values());
    const bytes = (each: Node): number => sizeOf(each.shape) * dtypes[each.dtype].bytes;
    let longer = 0;
    for (const source of sources) {
      if ((this.#lastUse.get(source) as number) < last - nearby) longer += bytes(source);
    }
    return longer <= bytes(node);
  }

  /** Whether `node` is bias and product, or the like: what the product itself can leave instead. */
  #endsProduct(node: Node, sources: ReadonlySet<Node>): boolean {
    const [product, ...others] = sources;
    if (!product?.is("matmul") || others.length > 0) return false;
    const whole = node.inputs.some((each) => {
      const { base, view } = resolve(each);
      return base === product && isContiguous(view);
    });
    return whole && this.#context.users.get(product)?.length === 1;
  }

  #isStored(node: Node): boolean {
    if (!isElementwise(node.primitive)) return true;
    const { users, kept } = this.#context;
    const elsewhere = (user: Node): boolean =>
      !isElementwise(user.primitive) || this.#stageOf(user) !== this.#stageOf(node);
    return kept.has(node) || (users.get(node) ?? []).some(elsewhere);
  }

  #rebuild(node: Node): void {
    const place = this.#placeOf(node);
    this.#rebuilt.set(
      node,
      this.#with(node, (each) => this.#copyFor(place, each)),
    );
  }

  /** `node`, computed for a place of its own where that is better than storing it. */
  #copyFor(place: unknown, node: Node): Node {
    if (!this.#recipes.has(node)) return this.find(node);
    const copies = this.#copies.get(place) ?? new Map<Node, Node>();
    this.#copies.set(place, copies);
    const known = copies.get(node);
    if (known) return known;
    const copy = this.#with(node, (each) => this.#copyFor(place, each), this.#taken.has(node));
    this.#taken.add(node);
    copies.set(node, copy);
    return copy;
  }

  #with(node: Node, replace: (input: Node) => Node, anew = false): Node {
    const inputs = node.inputs.map(replace);
    if (node.is("scan")) {
      const body = recomputeBody(node.attributes.body);
      return this.#made(makeNode("scan", inputs, { ...node.attributes, body }), node);
    }
    const same = inputs.every((each, index) => each === node.inputs[index]);
    if (same && !anew) return node;
    const attributes = node.attributes as Attributes[Primitive];
    return this.#made(makeNode(node.primitive, inputs, attributes), node);
  }

  #made(copy: Node, node: Node): Node {
    this.origins.set(copy, node);
    return copy;
  }
}

/** The stage in which each node is read for the last time; views are read where they are used. */
function lastUses(order: readonly Node[], { stages, users, kept }: Stages): Map<Node, number> {
  const last = new Map<Node, number>();
  for (const node of order.toReversed()) {
    const its = (users.get(node) ?? []).map((user) =>
      isView(user.primitive) ? (last.get(user) as number) : (stages.get(user) as number),
    );
    const lasts = kept.has(node) || (isLeaf(node.primitive) && !node.is("random"));
    last.set(node, lasts ? Infinity : Math.max(0, ...its));
  }
  return last;
}

function recomputeBody(body: SubGraph): SubGraph {
  const { find } = new Recomputer(body.outputs);
  return { inputs: body.inputs, outputs: body.outputs.map(find) };
}

/** A graph with copies, and the node of the given graph whose value each node computes. */
export interface Recomputation {
  readonly graph: Graph;
  readonly originOf: (node: Node) => Node;
}

export function recomputation(graph: Graph): Recomputation {
  const { find, origins } = new Recomputer(rootsOf(graph));
  const recomputed = {
    inputs: graph.inputs,
    outputs: graph.outputs.map(find),
    updates: graph.updates.map(({ state, value }) => ({ state, value: find(value) })),
    checks: graph.checks.map(({ node, label }) => ({ node: find(node), label })),
  };
  return { graph: recomputed, originOf: (node) => origins.get(node) ?? node };
}

/** The graph with a copy of each cheap value in every loop or reduction that needs it. */
export const recompute = (graph: Graph): Graph => recomputation(graph).graph;
