/** Boxes by their sizes, and the positions of those that each reads. */
export interface LayoutRequest {
  readonly boxes: readonly { readonly width: number; readonly height: number }[];
  readonly inputs: readonly (readonly number[])[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Centres of boxes, and the way of each edge, in the order of the request. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Point[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly points: readonly Point[];
  }[];
}
