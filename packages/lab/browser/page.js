// An example of a page around loader.js: draws or takes an image, or takes numbers, and shows the answer.
import { drawing, picture } from "./image.js";
import { load } from "./loader.js";

const [heading, about, place, answer] = ["h1", "#about", "#input", "#answer"].map((selector) =>
  document.querySelector(selector),
);

try {
  const model = await load();
  const { name, signature } = model;
  const { input } = signature;
  document.title = name;
  heading.textContent = name;
  const show = async (...inputs) => {
    try {
      const found = inputs.length > 0 && (await model.predict(...(await Promise.all(inputs))));
      answer.replaceChildren(...(found ? rowsOf(found) : []));
      about.textContent = "";
    } catch (error) {
      about.textContent = error.message;
    }
  };
  if (input.kind !== "image") place.append(numbers(model.program.inputs, show));
  else if (input.channels === 1 && input.width <= 64) place.append(drawing(input, show));
  else place.append(picture(input, show));
} catch (error) {
  about.textContent = error.message;
}

/** The five best classes, or all numbers. */
function rowsOf({ values, classes }) {
  const cells = classes
    ? classes
        .slice(0, 5)
        .map(({ name, probability }) => [name, bar(probability), percent(probability)])
    : Array.from(values, (value, index) => [index, value]);
  return cells.map((row) => {
    const line = document.createElement("tr");
    for (const each of row) line.insertCell().append(each);
    return line;
  });
}

const percent = (probability) => `${(100 * probability).toFixed(1)} %`;

function bar(probability) {
  const meter = document.createElement("meter");
  meter.value = probability;
  return meter;
}

/** A form with a field of numbers for each input. */
function numbers(inputs, show) {
  const form = document.createElement("form");
  const fields = inputs.map(({ name, length }) => {
    const field = document.createElement("textarea");
    const label = document.createElement("label");
    label.append(
      `${name}: ${length} ${length === 1 ? "number" : "numbers"}`,
      document.createElement("br"),
      field,
    );
    form.append(label, document.createElement("br"));
    return field;
  });
  const button = document.createElement("button");
  button.append("Answer");
  form.append(button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(...fields.map(({ value }) => value.match(/[^\s,;]+/g)?.map(Number) ?? []));
  });
  return form;
}
