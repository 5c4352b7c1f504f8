// Sends a reader's actions to the local server, and follows the changes there.

// Milliseconds between attempts to reach the server; the pause doubles each time.
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

const sleep = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function parseResponse(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? "That did not work. Reload the page.");
  return body;
}

function throwNoAnswer() {
  throw new Error("PaperPicks does not answer. Is it running?");
}

function post(path, body, contentType = "application/json") {
  const request = { method: "POST", headers: { "Content-Type": contentType }, body };
  return fetch(path, request).then(parseResponse, throwNoAnswer);
}

export const performAction = (person, action, details = {}) =>
  post("do", JSON.stringify({ person, action, ...details }));

// Asks the bot inline; `chat` is where the person writes.
export const askInline = (person, details) =>
  post("inline", JSON.stringify({ person, ...details }));

// Moves the clock to the next digest of a chat.
export const moveToTomorrow = (person, chat) =>
  post("tomorrow", JSON.stringify({ person, chat }));

export function sendFile(person, file, caption) {
  const query = new URLSearchParams({ person, name: file.name, caption });
  return post(`file?${query}`, file, "application/octet-stream");
}

// Calls `onChanges(changes, isNewRun)` for each change, and `onLost()` each time the server
// does not answer. After a restart of the server the page goes to its new address.
export async function followChanges({ onChanges, onLost }) {
  let epoch = "";
  let number = 0;
  let key = "";
  let pause = FIRST_PAUSE;
  for (;;) {
    try {
      const response = await fetch(`live?epoch=${epoch}&number=${number}`);
      if (response.status === 404) return location.replace(await findNewAddress(key));

      const changes = await response.json();
      onChanges(changes, changes.epoch !== epoch);
      ({ epoch, number, key } = changes);
      pause = FIRST_PAUSE;
    } catch {
      onLost();
      await sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
}

// Returns the address of a new run. The page proves with the key that it knew the last one.
async function findNewAddress(key) {
  const { challenge } = await fetch("/again/").then(parseResponse);
  const proof = await sign(challenge, key);
  const { path } = await post("/again/", JSON.stringify({ challenge, proof }));
  return path;
}

// Returns the HMAC-SHA-256 of a text in hexadecimal digits.
async function sign(text, key) {
  const encode = (string) => new TextEncoder().encode(string);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", encode(key), algorithm, false, ["sign"]);

  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", secret, encode(text)));
  return [...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
