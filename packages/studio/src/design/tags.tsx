import type { JSX } from "preact";

/** The tags of a run. */
export const Tags = ({ tags }: { readonly tags: readonly string[] }): JSX.Element => (
  <span class="tags">
    {tags.map((tag) => (
      <span class="tag" key={tag} title={tag}>
        {tag}
      </span>
    ))}
  </span>
);
