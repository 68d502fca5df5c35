import protobuf from "protobufjs/light.js";

// The messages of ONNX that a model of ours needs, with the numbers of their fields. Fields that are
// never written are left out: protobuf readers take them as absent.
// Source: onnx.proto of ONNX 1.16 (IR version 10), https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

export interface TensorProto {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Elements in row-major order, little-endian. */
  readonly rawData: Uint8Array;
}

export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly i?: number;
  /** UTF-8. */
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly ints?: readonly number[];
}

export interface NodeProto {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
}

/** An axis: a number, or a name for one that is known when the model runs. */
export interface Dimension {
  readonly dimValue?: number;
  readonly dimParam?: string;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly Dimension[] };
    };
  };
}

export interface GraphProto {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}

export interface ModelProto {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: GraphProto;
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

const one = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: "repeated", type, id });

/** The format's description is in the language of this edition, whose writers say what is 0 or empty. */
const message = (fields: Record<string, protobuf.IField>) => ({ edition: "proto2", fields });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      irVersion: one("int64", 1),
      producerName: one("string", 2),
      producerVersion: one("string", 3),
      graph: one("GraphProto", 7),
      opsetImport: list("OperatorSetIdProto", 8),
      metadataProps: list("StringStringEntryProto", 14),
    }),
    OperatorSetIdProto: message({ domain: one("string", 1), version: one("int64", 2) }),
    StringStringEntryProto: message({ key: one("string", 1), value: one("string", 2) }),
    GraphProto: message({
      node: list("NodeProto", 1),
      name: one("string", 2),
      initializer: list("TensorProto", 5),
      input: list("ValueInfoProto", 11),
      output: list("ValueInfoProto", 12),
    }),
    NodeProto: message({
      input: list("string", 1),
      output: list("string", 2),
      name: one("string", 3),
      opType: one("string", 4),
      attribute: list("AttributeProto", 5),
    }),
    AttributeProto: message({
      name: one("string", 1),
      i: one("int64", 3),
      s: one("bytes", 4),
      t: one("TensorProto", 5),
      g: one("GraphProto", 6),
      ints: list("int64", 8),
      type: one("int32", 20),
    }),
    TensorProto: message({
      dims: list("int64", 1),
      dataType: one("int32", 2),
      name: one("string", 8),
      rawData: one("bytes", 9),
    }),
    ValueInfoProto: message({ name: one("string", 1), type: one("TypeProto", 2) }),
    TypeProto: message({ tensorType: one("TensorTypeProto", 1) }),
    TensorTypeProto: message({ elemType: one("int32", 1), shape: one("TensorShapeProto", 2) }),
    TensorShapeProto: message({ dim: list("DimensionProto", 1) }),
    DimensionProto: message({ dimValue: one("int64", 1), dimParam: one("string", 2) }),
  },
});

/** The outermost message: what a file is. */
export const modelMessage = root.lookupType("ModelProto");

/** The bytes of a model's file. */
export const encodeModel = (model: ModelProto): Uint8Array => modelMessage.encode(model).finish();
