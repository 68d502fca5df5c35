import { type Tensor, tensor } from "versant";

// Stories in the manner of the bAbI tasks 1 and 2 (Weston et al., "Towards AI-Complete Question
// Answering", 2015): people go from place to place, take things along and drop them, and then
// somebody asks where one of them is.

const people = ["mary", "john", "sandra", "daniel"];
const places = ["kitchen", "garden", "office", "bedroom", "hallway", "bathroom"];
const things = ["milk", "apple", "football"];

/** Word 0 is none: it fills short sentences and short stories up. */
export const vocabulary: readonly string[] = [
  "",
  ...[...people, ...places, ...things],
  ...["went", "moved", "to", "took", "dropped", "the", "where", "is"],
];

const longestSentence = 5;

export interface Story {
  /** Sentences in the order of time. */
  readonly facts: readonly string[];
  /** One fact tells where a person is; for a thing it takes two: who had it, and where. */
  readonly about: "person" | "thing";
  readonly question: string;
  /** A place. */
  readonly answer: string;
}

export interface StoryOptions {
  readonly count: number;
  /** Facts of a story, from and to. */
  readonly length: readonly [number, number];
  readonly seed: number;
  /** Stories that must not be told again. */
  readonly except?: readonly Story[];
}

/** Different stories; half of the questions are about people, half about things. */
export function tellStories({ count, length, seed, except = [] }: StoryOptions): Story[] {
  const random = randomNumbers(seed);
  const choose = <T>(options: readonly T[]): T =>
    options[Math.floor(random() * options.length)] as T;
  const lengths = Array.from({ length: length[1] - length[0] + 1 }, (_, more) => length[0] + more);
  const told = new Set(except.map(textOf));
  const stories: Story[] = [];
  while (stories.length < count) {
    const about = stories.length % 2 === 0 ? "person" : "thing";
    const story = tellStory(choose(lengths), about, choose);
    if (!story || told.has(textOf(story))) continue;
    told.add(textOf(story));
    stories.push(story);
  }
  return stories;
}

/** Nothing, if nobody and nothing that the question may be about occurs. */
function tellStory(
  length: number,
  about: Story["about"],
  choose: <T>(options: readonly T[]) => T,
): Story | null {
  const facts: string[] = [];
  /** Where people and things are, as far as the facts tell. */
  const placeOf = new Map<string, string>();
  const holderOf = new Map<string, string>();
  while (facts.length < length) {
    const person = choose(people);
    const here = placeOf.get(person);
    const held = things.filter((thing) => holderOf.get(thing) === person);
    // A thing that nobody has touched may be anywhere.
    const inReach = things.filter((thing) => !holderOf.has(thing) && (placeOf.get(thing) ?? here) === here);
    const deed = choose(["go", "go", "take", "drop"]);
    if (deed === "take" && here && inReach.length > 0) {
      const thing = choose(inReach);
      facts.push(`${person} took the ${thing}`);
      holderOf.set(thing, person);
      placeOf.set(thing, here);
    } else if (deed === "drop" && held.length > 0) {
      const thing = choose(held);
      facts.push(`${person} dropped the ${thing}`);
      holderOf.delete(thing);
    } else {
      const place = choose(places.filter((each) => each !== here));
      facts.push(`${person} ${choose(["went", "moved"])} to the ${place}`);
      for (const each of [person, ...held]) placeOf.set(each, place);
    }
  }
  const known = (about === "person" ? people : things).filter((each) => placeOf.has(each));
  if (known.length === 0) return null;
  const whom = choose(known);
  const question = about === "person" ? `where is ${whom}` : `where is the ${whom}`;
  return { facts, about, question, answer: placeOf.get(whom) as string };
}

const textOf = ({ facts, question }: Story): string => [...facts, question].join(". ");

/**
 * Stories as indices of words, (N, facts + 1, words), the question last and shorter stories filled
 * up at their beginning; and the indices of their answers, (N,).
 */
export function encodeStories(stories: readonly Story[], facts: number): [Tensor, Tensor] {
  const indexOf = new Map(vocabulary.map((word, index) => [word, index]));
  const encode = (sentence: string): number[] => {
    const words = sentence.split(" ").map((word) => indexOf.get(word) as number);
    return [...words, ...new Array<number>(longestSentence - words.length).fill(0)];
  };
  const rows = stories.flatMap((story) => {
    const missing = new Array<string>(facts - story.facts.length).fill("");
    return [...missing, ...story.facts, story.question].flatMap(encode);
  });
  const shape = [stories.length, facts + 1, longestSentence];
  const answers = stories.map(({ answer }) => indexOf.get(answer) as number);
  return [tensor(Int32Array.from(rows), { shape }), tensor(Int32Array.from(answers))];
}

/** Numbers in [0, 1): Marsaglia, "Xorshift RNGs", 2003. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
