import { connect } from "node:net";

/**
 * Loads a server over connections that each ask anew as soon as they are answered. Its own reading of HTTP,
 * for a client that does more would take the processor from the server beside it.
 *
 * @param {object} options
 * @param {URL} options.url
 * @param {readonly Buffer[]} options.bodies sent in turns
 * @param {string} [options.accept] Default "application/json"
 * @param {number} options.connections
 * @param {number} options.seconds
 * @param {(body: Buffer, index: number) => boolean} options.isRight whether that is the answer to a body
 * @returns {Promise<{ answered: number, wrong: string[], lost: number, perSecond: number, p50: number,
 *   p99: number, longest: number }>} times in milliseconds
 */
export async function load({ url, bodies, accept, connections, seconds, isRight }) {
  const requests = bodies.map((body) => requestOf(url, body, accept));
  const latencies = [];
  const wrong = [];
  let lost = 0;
  const start = performance.now();
  const end = start + 1000 * seconds;
  const one = (index) =>
    new Promise((resolve) => {
      const socket = connect(Number(url.port), url.hostname);
      socket.setNoDelay(true);
      let turn = index;
      let sent = 0;
      let buffered = Buffer.alloc(0);
      let isWaiting = false;
      const ask = () => {
        isWaiting = true;
        sent = performance.now();
        socket.write(requests[turn % requests.length]);
      };
      const finish = () => {
        if (isWaiting) lost += 1;
        socket.destroy();
        resolve();
      };
      socket.on("connect", ask);
      socket.on("data", (chunk) => {
        buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
        const answer = answerIn(buffered);
        if (answer === undefined) return;
        isWaiting = false;
        buffered = buffered.subarray(answer.length);
        latencies.push(performance.now() - sent);
        const isSound = answer.status === 200 && isRight(answer.body, turn % requests.length);
        if (!isSound) wrong.push(`${answer.status} ${answer.body.subarray(0, 200)}`);
        turn += connections;
        if (answer.closes || performance.now() >= end) finish();
        else ask();
      });
      socket.on("error", finish);
      socket.on("close", finish);
    });
  await Promise.all(Array.from({ length: connections }, (_, index) => one(index)));
  const taken = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (q) =>
    latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))];
  return {
    answered: latencies.length,
    wrong,
    lost,
    perSecond: latencies.length / taken,
    p50: quantile(0.5),
    p99: quantile(0.99),
    longest: latencies.at(-1),
  };
}

function requestOf(url, body, accept = "application/json") {
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    "content-type: application/octet-stream",
    `accept: ${accept}`,
    `content-length: ${body.length}`,
    "",
    "",
  ].join("\r\n");
  return Buffer.concat([Buffer.from(head), body]);
}

/** The answer that stands at the front of what came, once all of it is there. */
function answerIn(buffered) {
  const end = buffered.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = buffered.latin1Slice(0, end).toLowerCase();
  const body = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  const length = end + 4 + body;
  if (buffered.length < length) return undefined;
  const status = Number(head.slice(9, 12));
  const closes = head.includes("connection: close");
  return { status, closes, length, body: buffered.subarray(end + 4, length) };
}
