import {
  ArgumentError,
  describeValue,
  formatShape,
  requireCount,
  requireFlag,
  requireFloatDType,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { Parameter, slice, stack, type Tensor, tensor, where } from "../../tensor/index.js";
import { requireElements, requireIndices } from "../check.js";
import { type Initializer, initialValues, normal } from "../init/index.js";
import { Embedding } from "../layers/embedding.js";
import { Linear } from "../layers/linear.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";

export interface MemoryNetworkOptions {
  /** K, how often the memory is read. Default 3. */
  readonly hops?: number;
  /**
   * What the hops share. "adjacent": A of a hop is C of the one before, B is the first A, and W the
   * last C. "layerWise": one A and one C for all hops, and H between them. Default "adjacent".
   */
  readonly tying?: "adjacent" | "layerWise";
  /** Weight words by their place, so that their order counts. Default true. */
  readonly positionEncoding?: boolean;
  /**
   * The most facts that a story may have: with it the order of facts counts, as T_A and T_C have a
   * row for each. Default: no temporal encoding, and any number of facts.
   */
  readonly capacity?: number;
  /** Draws all weights. Default N(0, 0.1^2). */
  readonly initializer?: Initializer;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

const optionNames = ["hops", "tying", "positionEncoding", "capacity", "initializer", "dtype"];

/**
 * Answers questions about a story: the question finds facts that match it, what they say changes
 * the question, and so on for K hops. With J words x_ij in fact i, d features, and words weighted by
 * l_jk = (1 - j/J) - (k/d) (1 - 2j/J), or 1 without position encoding,
 *
 *     m_i = sum_j l_j A x_ij + T_A(i)     c_i = sum_j l_j C x_ij + T_C(i)     u = sum_j l_j B q_j
 *     p_i = softmax_i(u . m_i)            o = sum_i p_i c_i
 *     u of the next hop = u + o, or H u + o with "layerWise" tying;  logits = W u of the last
 *
 * Words are indices, and 0 fills sentences up: it adds nothing. J counts it in. Facts stand in the
 * order of time; a story that is shorter than others is filled up at its beginning, because T is
 * counted back from the newest fact.
 *
 * Sukhbaatar, Szlam, Weston and Fergus, "End-To-End Memory Networks", NIPS 2015, sections 2 and 4.1.
 */
export class MemoryNetwork extends Module<[story: Tensor, question: Tensor]> {
  /** A of the first hop, then C of each: K + 1 with "adjacent" tying, else A and C. */
  readonly words: readonly Embedding[];
  /** T_A and T_C to the same, (capacity, d), the newest fact last; none without a capacity. */
  readonly times: readonly Parameter[];
  /** B, (vocabulary, d) */
  readonly question: Embedding;
  /** W, (vocabulary, d) */
  readonly answer: Embedding;
  /** H, with "layerWise" tying. */
  readonly between: Linear | null;
  readonly hops: number;
  readonly positionEncoding: boolean;
  readonly capacity: number | null;

  /**
   * @param vocabulary number of words, the padding word included
   * @param features d, size of the vectors
   * @throws ArgumentError for an unknown option or a value out of its range
   */
  constructor(
    readonly vocabulary: number,
    readonly features: number,
    options: MemoryNetworkOptions = {},
  ) {
    super();
    requireOptions("MemoryNetwork", options, optionNames);
    const { hops = 3, tying = "adjacent", positionEncoding = true, capacity } = options;
    const { initializer = normal(0.1), dtype = "float32" } = options;
    for (const [name, value] of Object.entries({ vocabulary, features, hops })) {
      requireCount(String(this), name, value);
    }
    if (capacity !== undefined) requireCount(String(this), "capacity", capacity);
    requireFlag(String(this), "positionEncoding", positionEncoding);
    requireFloatDType(String(this), dtype);
    if (tying !== "adjacent" && tying !== "layerWise") {
      throw new ArgumentError(
        `${this}: received tying ${describeValue(tying)}, expected "adjacent" or "layerWise".`,
      );
    }
    const adjacent = tying === "adjacent";
    const drawn = { initializer, dtype };
    const embedding = (): Embedding => new Embedding(vocabulary, features, drawn);
    const time = (rows: number): Parameter =>
      new Parameter(initialValues(initializer, [rows, features], undefined, dtype, String(this)));
    this.words = Array.from({ length: adjacent ? hops + 1 : 2 }, embedding);
    this.times = capacity ? this.words.map(() => time(capacity)) : [];
    const [first, last] = [this.words[0] as Embedding, this.words.at(-1) as Embedding];
    this.question = adjacent ? first : embedding();
    this.answer = adjacent ? last : embedding();
    this.between = adjacent ? null : new Linear(features, features, { ...drawn, bias: false });
    this.hops = hops;
    this.positionEncoding = positionEncoding;
    this.capacity = capacity ?? null;
  }

  /**
   * @param story (N, facts, words), int32 or uint8
   * @param question (N, words), int32 or uint8
   * @returns logits of the answer, (N, vocabulary)
   * @throws ArgumentError, ShapeError, DTypeError when they do not fit; ExecutionError, when it runs,
   *   for a word out of the vocabulary
   */
  forward(story: Tensor, question: Tensor): Tensor {
    return this.#answer(story, question).logits;
  }

  /** p of every hop, (N, hops, facts): which facts the answer comes from. */
  attention(story: Tensor, question: Tensor): Tensor {
    return this.#answer(story, question).attention;
  }

  #answer(story: Tensor, question: Tensor): { logits: Tensor; attention: Tensor } {
    this.#check(story, question);
    const facts = this.words.map((words, index) => this.#remember(story, words, this.times[index]));
    const attention: Tensor[] = [];
    let state = this.#encode(question, this.question);
    for (let hop = 0; hop < this.hops; hop++) {
      const input = this.between ? 0 : hop;
      const [matched, told] = facts.slice(input, input + 2) as [Tensor, Tensor];
      const share = matched.matmul(state.unsqueeze(2)).squeeze(2).softmax(1);
      const read = share.unsqueeze(1).matmul(told).squeeze(1);
      state = (this.between?.forward(state) ?? state).add(read);
      attention.push(share);
    }
    return { logits: state.matmul(this.answer.weight.transpose()), attention: stack(attention, 1) };
  }

  /** The vectors of the facts, (N, facts, d). */
  #remember(story: Tensor, words: Embedding, time: Parameter | undefined): Tensor {
    const vectors = this.#encode(story, words);
    const facts = story.shape[1] as number;
    return time ? vectors.add(time.at(slice((time.shape[0] as number) - facts))) : vectors;
  }

  /** The vectors of sentences (..., J), (..., d). */
  #encode(sentences: Tensor, words: Embedding): Tensor {
    const vectors = words.forward(sentences);
    const isPadding = sentences.cast("int32").equal(0).unsqueeze(-1);
    const counted = where(isPadding, 0, vectors);
    return (this.positionEncoding ? counted.multiply(placeWeights(vectors)) : counted).sum(-2);
  }

  #check(story: Tensor, question: Tensor): void {
    requireIndices(this, story, ["N", "facts", "words"], { what: "the story" });
    requireElements(this, story, 1, "the story");
    const [samples, facts] = story.shape as [number, number];
    requireIndices(this, question, [samples, "words"], { what: "the question" });
    if (this.capacity !== null && facts > this.capacity) {
      throw new ShapeError(
        `${labelOf(this)}: received shape ${formatShape(story.shape)} for the story, expected at ` +
          `most ${this.capacity} facts; build it with a larger capacity, or keep the newest facts.`,
      );
    }
  }

  override toString(): string {
    return `MemoryNetwork(${this.vocabulary}, ${this.features})`;
  }
}

/** l for vectors (..., J, d), (J, d). */
function placeWeights({ shape, dtype }: Tensor): Tensor {
  const [length, features] = shape.slice(-2) as [number, number];
  const weights = Float64Array.from({ length: length * features }, (_, index) => {
    const place = (Math.floor(index / features) + 1) / length;
    const feature = ((index % features) + 1) / features;
    return 1 - place - feature * (1 - 2 * place);
  });
  return tensor(weights, { shape: [length, features], dtype });
}
