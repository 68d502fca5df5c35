export * from "@versant/core";
export { type AgNews, type AgNewsPart, agNews } from "./datasets/agNews.js";
export { type Births, births } from "./datasets/births.js";
export { type Cifar10, type Cifar10Part, cifar10, cifar10Classes } from "./datasets/cifar10.js";
export { fashionClasses, fashionMnist } from "./datasets/fashionMnist.js";
export { housePrices } from "./datasets/housePrices.js";
export type { IdxDataset, IdxImages } from "./datasets/idxImages.js";
export { type Mnist, type MnistPart, mnist } from "./datasets/mnist.js";
export { type Email, type SpamAssassinOptions, spamAssassin } from "./datasets/spamAssassin.js";
export type { Condition, When } from "./experiment/conditions.js";
export {
  type Choice,
  choice,
  type Declaration,
  type DeclarationOptions,
  type Declarations,
  type Flag,
  flag,
  type HyperparameterRecord,
  type Int,
  int,
  type RangeOptions,
  type Real,
  real,
  type Scale,
  type ValueSource,
} from "./experiment/declarations.js";
export {
  Experiment,
  type ExperimentDeclarations,
  type ExperimentOptions,
  experiment,
  type InspectContext,
  type Inspection,
  type Setup,
  type SetupContext,
  type Values,
} from "./experiment/experiment.js";
export type { FoldPlace } from "./experiment/fold.js";
export type { Origin, OriginOptions, OriginReport } from "./experiment/origin.js";
export type { Part, Parts } from "./experiment/part.js";
export { Run, type RunOptions } from "./experiment/run.js";
export type { DataRecord, InspectedData, PartRecord } from "./honesty/data.js";
export { checkLeaks, inspectData } from "./honesty/inspectData.js";
export type { Leak, LeakReport, PartLeaks } from "./honesty/leakCheck.js";
export type { ColumnRecord } from "./honesty/rows.js";
export type { Augmentation } from "./loading/augment.js";
export { type CsvColumn, type CsvRowsOptions, csvRows } from "./loading/csvRows.js";
export { type ImageFiles, type ImageFolderOptions, imageFolder } from "./loading/imageFolder.js";
export { type ImageArrays, type ImageStreamOptions, imageStream } from "./loading/imageStream.js";
export { type ReadImageOptions, readImage } from "./loading/readImage.js";
export type { Samples } from "./loading/samples.js";
export { type ShardsOptions, shards } from "./loading/shards.js";
export {
  type WorkerSource,
  type WorkerSourceOptions,
  workerSource,
} from "./loading/workerSource.js";
export { writeShards } from "./loading/writeShards.js";
export type {
  Answer,
  ClassAnswer,
  NestedNumbers,
  NumbersAnswer,
  PositionsAnswer,
} from "./model/answers.js";
export { SampleError } from "./model/sampleError.js";
export { TrainedModel, type TrainedModelParts } from "./model/trainedModel.js";
export {
  type CrossValidateOptions,
  type CrossValidation,
  type CrossValidationProgress,
  crossValidate,
  type ReplicateResult,
} from "./objective/crossValidate.js";
export {
  type Difference,
  difference,
  type Estimate,
  type EstimateOptions,
  estimate,
  holm,
} from "./objective/estimate.js";
export type { Replicate } from "./objective/replicates.js";
export { exportOnnx } from "./onnx/exportOnnx.js";
export type { ProfileReport } from "./progress/profileReport.js";
export type { Report } from "./progress/report.js";
export { type GaussianProcessOptions, GaussianProcessSampler } from "./search/gaussian/gaussian.js";
export { type GridOptions, GridSampler } from "./search/grid.js";
export {
  type Importance,
  type ImportanceOptions,
  importanceOf,
} from "./search/importance/importance.js";
export { hypervolume } from "./search/pareto.js";
export { QuasiRandomSampler } from "./search/quasiRandom.js";
export { RandomSampler } from "./search/random.js";
export { paretoFront } from "./search/ranking.js";
export type {
  FinishedTrial,
  HyperparameterValue,
  Proposal,
  Sampler,
  SearchValues,
} from "./search/sampler.js";
export { type Narrowing, SearchSpace, type SearchSpaceOptions } from "./search/space.js";
export { type TpeOptions, TpeSampler } from "./search/tpe/tpe.js";
export type { DeclaredSignature } from "./signature/derive.js";
export {
  type DeclaredInput,
  type ImageInputOptions,
  input,
  type NumbersInputOptions,
  type TextInputOptions,
} from "./signature/input.js";
export {
  type ClassesOptions,
  type DeclaredOutput,
  type NumbersOutputOptions,
  output,
} from "./signature/output.js";
export { type PortableModel, type PortableParts, portableModel } from "./signature/portable.js";
export type * from "./signature/signature.js";
export type { Question, Setting } from "./study/question.js";
export * from "./tables/index.js";
export { type GloveOptions, loadGlove } from "./text/glove.js";
export type { SearchReport } from "./tune/report.js";
export type { TakeOptions, TakeReport } from "./weights/match.js";
export type { Preprocessing, Storable } from "./weights/preprocessing.js";
export type { Renaming } from "./weights/rename.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Metadata,
  type StoredTensor,
  type StoredTensors,
} from "./weights/safetensors.js";
export {
  type LoadedWeights,
  loadWeights,
  readPreprocessing,
  type SaveWeightsOptions,
  saveWeights,
} from "./weights/weights.js";
