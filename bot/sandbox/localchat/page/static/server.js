// Asks the local server: what a reader does goes there, and what is new comes from there.

const AGAIN = { first: 500, longest: 5000 }; // milliseconds
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? "That did not work. Reload the page.");
  return body;
}

const nobody = () => { throw new Error("PaperPicks does not answer. Is it running?"); };
const post = (path, body, type = "application/json") =>
  fetch(path, { method: "POST", headers: { "Content-Type": type }, body }).then(answered, nobody);

export const act = (person, what, details = {}) =>
  post("do", JSON.stringify({ person, do: what, ...details }));

export const tomorrow = (person) => post("tomorrow", JSON.stringify({ person }));

export const sendFile = (person, file, caption) =>
  post(`file?${new URLSearchParams({ person, name: file.name, caption })}`, file, "application/octet-stream");

// Follows what happens for ever: `onNews(news, isWhole)` for everything new, `onLost()` each time
// the server does not answer. After a restart of the server the page goes to its new address.
export async function follow({ onNews, onLost }) {
  let epoch = "", number = 0, key = "", wait = AGAIN.first;
  for (;;) {
    try {
      const response = await fetch(`live?epoch=${epoch}&number=${number}`);
      if (response.status === 404) return location.replace(await newAddress(key));
      const news = await response.json();
      onNews(news, news.epoch !== epoch);
      ({ epoch, number, key } = news);
      wait = AGAIN.first;
    } catch {
      onLost();
      await pause(wait);
      wait = Math.min(2 * wait, AGAIN.longest);
    }
  }
}

// Each run has an address of its own. This page proves that it knew the last one, and is told.
async function newAddress(key) {
  const bytes = (text) => new TextEncoder().encode(text);
  const { challenge } = await fetch("/again/").then(answered);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", bytes(key), algorithm, false, ["sign"]);
  const proof = new Uint8Array(await crypto.subtle.sign("HMAC", secret, bytes(challenge)));
  const hex = [...proof].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return (await post("/again/", JSON.stringify({ challenge, proof: hex }))).path;
}
