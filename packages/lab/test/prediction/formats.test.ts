import { expect, test } from "vitest";
import { tensor } from "../../src/index.js";
import { describeAnswers } from "../../src/model/answers.js";
import { formatOf } from "../../src/prediction/formats.js";

test("columns stand in the signature's order, also where names look like numbers", () => {
  const names = ["10", "2", "a,b"];
  const output = { kind: "classes", shape: [3], names, activation: "none" } as const;
  const { begin, line } = formatOf("csv", output);
  expect(begin).toBe('id,class,probability,probability_10,probability_2,"probability_a,b"\r\n');
  const [answer] = describeAnswers(output, tensor([[0.5, 0.25, 0.25]]));
  if (!answer) throw new Error("there is no answer");
  expect(line("x", answer, true)).toBe("x,10,0.5,0.5,0.25,0.25\r\n");
});

test("numbers by name, by place, and a class for each position", () => {
  const written = (output: Parameters<typeof formatOf>[1], answers: number[][][] | number[][]) => {
    const { begin, line } = formatOf("csv", output);
    const [answer] = describeAnswers(output, tensor(answers as number[][]));
    if (!answer) throw new Error("there is no answer");
    return begin + line("1", answer, true);
  };
  const named = { kind: "numbers", shape: [2], names: ["2", "1"] } as const;
  expect(written(named, [[5, 6]])).toBe("id,2,1\r\n1,5,6\r\n");
  const matrix = { kind: "numbers", shape: [2, 2] } as const;
  expect(
    written(matrix, [
      [
        [1, 2],
        [3, 4],
      ],
    ]),
  ).toBe("id,value_0,value_1,value_2,value_3\r\n1,1,2,3,4\r\n");
  const positions = {
    kind: "positions",
    shape: [2, 2],
    names: ["O", "B"],
    activation: "none",
  } as const;
  expect(
    written(positions, [
      [
        [1, 0],
        [0, 1],
      ],
    ]),
  ).toBe('id,classes,probabilities\r\n1,"[""O"",""B""]","[1,1]"\r\n');
});
