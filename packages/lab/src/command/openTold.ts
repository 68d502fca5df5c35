import { openModel } from "../model/openModel.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { tellNotice } from "./tellNotice.js";

/** The model that a person named, and a line on what there is to know of it. */
export async function openTold(source: string): Promise<TrainedModel> {
  const model = await openModel(source);
  tellNotice(model);
  return model;
}
