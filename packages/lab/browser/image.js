// Makes the numbers that a model of images takes, in the order of its `layout`: channel by channel ("CHW"),
// or the channels of a pixel side by side ("HWC").

const inPage = 280;

function makeCanvas(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return canvas.getContext("2d", { willReadFrequently: true });
}

/** The bytes of a context that is as large as the image. */
function bytesOf(context, { width, height, channels, layout }) {
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = width * height;
  return Uint8Array.from({ length: pixels * channels }, (_, index) => {
    const [pixel, channel] =
      layout === "CHW"
        ? [index % pixels, Math.floor(index / pixels)]
        : [Math.floor(index / channels), index % channels];
    const [red, green, blue] = data.subarray(4 * pixel, 4 * pixel + 3);
    if (channels === 1) return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    return [red, green, blue][channel];
  });
}

/** A field to draw on, white on black; `show` gets what is drawn, or nothing. Words: `clear`, and `label` of the field. */
export function drawing(image, show, words = {}) {
  const place = document.createElement("div");
  const context = makeCanvas(inPage, Math.round((inPage * image.height) / image.width));
  const { canvas } = context;
  canvas.role = "img";
  canvas.ariaLabel = words.label ?? "A field to draw on";
  const clear = document.createElement("button");
  clear.type = "button";
  clear.append(words.clear ?? "Clear");
  clear.addEventListener("click", () => {
    context.fillRect(0, 0, canvas.width, canvas.height);
    show();
  });
  Object.assign(context, { lineWidth: inPage / 14, lineCap: "round", strokeStyle: "white" });
  context.fillRect(0, 0, canvas.width, canvas.height);
  let last = null;
  const draw = (event) => {
    context.beginPath();
    context.moveTo(last.offsetX, last.offsetY);
    context.lineTo(event.offsetX, event.offsetY);
    context.stroke();
    last = event;
    show(bytesOf(centred(context, image), image));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = event;
    draw(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last !== null) draw(event);
  });
  canvas.addEventListener("lostpointercapture", () => {
    last = null;
  });
  place.append(canvas, clear);
  return place;
}

/** What is drawn, as MNIST has it: 20 of 28 pixels large, its centre of mass in the middle. */
function centred({ canvas }, { width, height }) {
  const target = makeCanvas(width, height);
  const box = inkOf(canvas);
  const scale = (20 / 28) * Math.min(width / box.width, height / box.height);
  target.fillRect(0, 0, width, height);
  target.imageSmoothingQuality = "high";
  target.drawImage(
    canvas,
    ...[box.left, box.top, box.width, box.height],
    ...[width / 2 - scale * (box.x - box.left), height / 2 - scale * (box.y - box.top)],
    ...[scale * box.width, scale * box.height],
  );
  return target;
}

/** The rectangle around what is drawn, and its centre of mass. */
function inkOf(canvas) {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let [left, top, right, bottom, mass, x, y] = [width, height, 0, 0, 0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const ink = data[4 * (row * width + column)];
      if (ink === 0) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
      [mass, x, y] = [mass + ink, x + ink * (column + 0.5), y + ink * (row + 0.5)];
    }
  }
  return { left, top, width: right - left, height: bottom - top, x: x / mass, y: y / mass };
}

/** A choice of a file. */
export function picture(image, show) {
  const choice = document.createElement("input");
  Object.assign(choice, { type: "file", accept: "image/*" });
  choice.addEventListener("change", () => {
    const [file] = choice.files;
    if (file) show(pixelsOf(file, image));
  });
  return choice;
}

/** The pixels of a file, stretched to the model's size, or cut where the model was trained on cut ones. */
export async function pixelsOf(file, image) {
  const { width, height, fit } = image;
  const source = await createImageBitmap(file);
  const context = makeCanvas(width, height);
  const scales = [width / source.width, height / source.height];
  const [across, down] = fit === "cut" ? scales.fill(Math.max(...scales)) : scales;
  const drawn = [across * source.width, down * source.height];
  context.imageSmoothingQuality = "high";
  context.drawImage(source, (width - drawn[0]) / 2, (height - drawn[1]) / 2, ...drawn);
  return bytesOf(context, image);
}
