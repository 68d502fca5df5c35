import {
  ArgumentError,
  describeValue,
  requireCount,
  requireFlag,
  requireFloatDType,
  requireOptions,
} from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { requireForwardOptions, requireInput } from "../check.js";
import { checkDropProbability } from "../functional/dropout.js";
import { gelu } from "../functional/index.js";
import { checkEpsilon } from "../functional/normalization.js";
import { type AnyModule, Module } from "../module.js";
import { type AttentionMasks, MultiheadAttention } from "./attention.js";
import { Dropout } from "./dropout.js";
import { Linear } from "./linear.js";
import { LayerNorm } from "./normalization.js";

export interface TransformerOptions {
  /** Width of the hidden layer of the feed-forward network. Default 2048. */
  readonly feedForward?: number;
  /** Share of attention weights, hidden units and branches to drop. Default 0.1. */
  readonly dropout?: number;
  /** Of the hidden layer. Default "relu". */
  readonly activation?: "relu" | "gelu";
  /** Normalise what enters a branch, rather than the sum behind it. Default false. */
  readonly normFirst?: boolean;
  /** Of the normalisations. Default 1e-5. */
  readonly epsilon?: number;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

type Settings = Required<TransformerOptions>;

const optionNames = ["feedForward", "dropout", "activation", "normFirst", "epsilon", "dtype"];

function settingsOf(layer: string, options: TransformerOptions): Settings {
  requireOptions(layer, options, optionNames);
  const { feedForward = 2048, dropout = 0.1, activation = "relu" } = options;
  const { normFirst = false, epsilon = 1e-5, dtype = "float32" } = options;
  requireCount(layer, "feedForward", feedForward);
  if (activation !== "relu" && activation !== "gelu") {
    throw new ArgumentError(
      `${layer}: received activation ${describeValue(activation)}, expected "relu" or "gelu".`,
    );
  }
  checkDropProbability(layer, dropout, "dropout");
  requireFlag(layer, "normFirst", normFirst);
  checkEpsilon(layer, epsilon);
  requireFloatDType(layer, dtype);
  return { feedForward, dropout, activation, normFirst, epsilon, dtype };
}

/** f(x W_1 + b_1) W_2 + b_2 at each position alone; Vaswani et al. 2017, equation 2. */
class FeedForward extends Module {
  readonly hidden: Linear;
  readonly output: Linear;
  readonly dropout: Dropout;
  readonly activation: "relu" | "gelu";

  constructor(features: number, { feedForward, activation, dropout, dtype }: Settings) {
    super();
    this.activation = activation;
    this.hidden = new Linear(features, feedForward, { dtype });
    this.output = new Linear(feedForward, features, { dtype });
    this.dropout = new Dropout(dropout);
  }

  forward(input: Tensor): Tensor {
    const hidden = this.hidden.forward(input);
    const active = this.activation === "relu" ? hidden.relu() : gelu(hidden);
    return this.output.forward(this.dropout.forward(active));
  }
}

/** What encoder and decoder layers share: their first and last branch, and how branches join. */
abstract class TransformerLayer<Inputs extends readonly unknown[]> extends Module<Inputs> {
  readonly settings: Settings;
  readonly selfAttention: MultiheadAttention;
  readonly selfAttentionNorm: LayerNorm;
  readonly feedForward: FeedForward;
  readonly feedForwardNorm: LayerNorm;
  readonly dropout: Dropout;

  constructor(
    readonly features: number,
    readonly heads: number,
    options: TransformerOptions = {},
  ) {
    super();
    this.settings = settingsOf(String(this), options);
    const { dropout, epsilon, dtype } = this.settings;
    this.selfAttention = new MultiheadAttention(features, heads, { dropout, dtype });
    this.selfAttentionNorm = new LayerNorm(features, { epsilon, dtype });
    this.feedForward = new FeedForward(features, this.settings);
    this.feedForwardNorm = new LayerNorm(features, { epsilon, dtype });
    this.dropout = new Dropout(dropout);
  }

  /** x + dropout(branch(norm(x))), or norm(x + dropout(branch(x))). */
  protected join(x: Tensor, norm: LayerNorm, branch: (x: Tensor) => Tensor): Tensor {
    const { normFirst } = this.settings;
    const sum = x.add(this.dropout.forward(branch(normFirst ? norm.forward(x) : x)));
    return normFirst ? sum : norm.forward(sum);
  }

  protected requireFeatures(input: Tensor, what: string): void {
    const { dtype } = this.settings;
    requireInput(this, input, ["N", "T", this.features], { what, dtype });
  }

  protected attendToSelf(input: Tensor, masks: AttentionMasks): Tensor {
    const attend = (x: Tensor): Tensor => this.selfAttention.forward(x, x, x, masks);
    return this.join(input, this.selfAttentionNorm, attend);
  }

  protected feed(input: Tensor): Tensor {
    return this.join(input, this.feedForwardNorm, (x) => this.feedForward.forward(x));
  }

  override toString(): string {
    return `${this.constructor.name}(${this.features}, ${this.heads})`;
  }
}

/**
 * Self-attention, then a feed-forward network f(x W_1 + b_1) W_2 + b_2 at each position; around each
 * a residual sum and layer normalisation, as norm(x + dropout(branch(x))) or, with `normFirst`, as
 * x + dropout(branch(norm(x))): (N, T, features) to the same, the batch first.
 *
 * Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.1. Xiong et al., "On Layer
 * Normalization in the Transformer Architecture", ICML 2020, say why `normFirst` trains without a
 * warm-up of the learning rate. Defaults are PyTorch's.
 */
export class TransformerEncoderLayer extends TransformerLayer<
  [input: Tensor, masks?: AttentionMasks]
> {
  /** @throws ShapeError, DTypeError when input and masks do not fit */
  forward(input: Tensor, masks: AttentionMasks = {}): Tensor {
    this.requireFeatures(input, "the input");
    return this.feed(this.attendToSelf(input, masks));
  }
}

/** Which positions a query of a decoder may attend to. */
export interface DecoderMasks extends AttentionMasks {
  /** Default true: what a decoder gives at t depends on nothing behind t. */
  readonly causal?: boolean;
  /** As `mask`, for the attention to the memory. */
  readonly memoryMask?: Tensor;
  /** As `keyMask`, for the attention to the memory. */
  readonly memoryKeyMask?: Tensor;
}

const decoderMaskNames = ["mask", "causal", "keyMask", "memoryMask", "memoryKeyMask"];

/**
 * An encoder layer with a further branch between its two: attention to a memory, what an encoder
 * made of another sequence. Inputs (N, T, features) and memory (N, S, features) give (N, T,
 * features). Self-attention is causal unless `causal` is false, in PyTorch only if asked for.
 * Vaswani et al. 2017, section 3.1.
 */
export class TransformerDecoderLayer extends TransformerLayer<
  [input: Tensor, memory: Tensor, masks?: DecoderMasks]
> {
  readonly crossAttention: MultiheadAttention;
  readonly crossAttentionNorm: LayerNorm;

  constructor(features: number, heads: number, options: TransformerOptions = {}) {
    super(features, heads, options);
    const { dropout, epsilon, dtype } = this.settings;
    this.crossAttention = new MultiheadAttention(features, heads, { dropout, dtype });
    this.crossAttentionNorm = new LayerNorm(features, { epsilon, dtype });
  }

  /** @throws ShapeError, DTypeError when input, memory and masks do not fit */
  forward(input: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    requireForwardOptions(this, masks, decoderMaskNames, "the masks");
    this.requireFeatures(input, "the input");
    this.requireFeatures(memory, "the memory");
    const { memoryMask, memoryKeyMask, causal = true, ...own } = masks;
    const ofMemory = {
      ...(memoryMask !== undefined && { mask: memoryMask }),
      ...(memoryKeyMask !== undefined && { keyMask: memoryKeyMask }),
    };
    const attended = this.attendToSelf(input, { ...own, causal });
    const informed = this.join(attended, this.crossAttentionNorm, (x) =>
      this.crossAttention.forward(x, memory, memory, ofMemory),
    );
    return this.feed(informed);
  }
}

/**
 * Encoder layers one after the other, (N, T, features) to the same. With `normFirst` a last
 * normalisation follows, as no layer normalises its own sum.
 */
export class TransformerEncoder extends Module<[input: Tensor, masks?: AttentionMasks]> {
  readonly layers: readonly TransformerEncoderLayer[];
  readonly norm: LayerNorm | null;

  /** @param depth number of layers */
  constructor(features: number, heads: number, depth: number, options: TransformerOptions = {}) {
    super();
    const settings = settingsOf(String(this), options);
    this.layers = layersOf(
      this,
      depth,
      () => new TransformerEncoderLayer(features, heads, settings),
    );
    this.norm = lastNorm(features, settings);
  }

  /** @throws ShapeError, DTypeError when input and masks do not fit */
  forward(input: Tensor, masks: AttentionMasks = {}): Tensor {
    const output = this.layers.reduce((x, layer) => layer.forward(x, masks), input);
    return this.norm?.forward(output) ?? output;
  }
}

/** Decoder layers one after the other, each of which attends to the memory; see `TransformerEncoder`. */
export class TransformerDecoder extends Module<
  [input: Tensor, memory: Tensor, masks?: DecoderMasks]
> {
  readonly layers: readonly TransformerDecoderLayer[];
  readonly norm: LayerNorm | null;

  /** @param depth number of layers */
  constructor(features: number, heads: number, depth: number, options: TransformerOptions = {}) {
    super();
    const settings = settingsOf(String(this), options);
    this.layers = layersOf(
      this,
      depth,
      () => new TransformerDecoderLayer(features, heads, settings),
    );
    this.norm = lastNorm(features, settings);
  }

  /** @throws ShapeError, DTypeError when input, memory and masks do not fit */
  forward(input: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const output = this.layers.reduce((x, layer) => layer.forward(x, memory, masks), input);
    return this.norm?.forward(output) ?? output;
  }
}

function layersOf<Layer>(stack: AnyModule, depth: number, make: () => Layer): Layer[] {
  requireCount(String(stack), "depth", depth);
  return Array.from({ length: depth }, make);
}

function lastNorm(features: number, { normFirst, epsilon, dtype }: Settings): LayerNorm | null {
  return normFirst ? new LayerNorm(features, { epsilon, dtype }) : null;
}
