// What the examples use of libraries that come without types.

declare module "ml-cart" {
  export class DecisionTreeRegression {
    constructor(options: { readonly minNumSamples?: number; readonly maxDepth?: number });
    train(inputs: readonly (readonly number[])[], targets: readonly number[]): void;
    predict(inputs: readonly (readonly number[])[]): number[];
  }
}

declare module "libsvm-js/asm" {
  export default class SVM {
    static readonly SVM_TYPES: { readonly EPSILON_SVR: string };
    static readonly KERNEL_TYPES: { readonly RBF: string };
    constructor(options: {
      readonly type: string;
      readonly kernel: string;
      readonly cost: number;
      readonly gamma: number;
      readonly epsilon: number;
      readonly quiet: boolean;
    });
    train(inputs: readonly (readonly number[])[], targets: readonly number[]): void;
    predict(inputs: readonly (readonly number[])[]): number[];
    free(): void;
  }
}
