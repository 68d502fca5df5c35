import { ArgumentError } from "@versant/core/internal";
import type { StoredTensor } from "../weights/safetensors.js";
import { versantVersion } from "../version.js";
import { valueInfo } from "./info.js";
import { writeNodes } from "./nodes.js";
import { prune } from "./prune.js";
import { encodeModel, type ValueInfoProto } from "./schema.js";
import type { Scope } from "./scope.js";
import type { GraphDocument } from "./standin.js";
import { tensorProto } from "./tensors.js";
import { GraphWriter } from "./writer.js";

