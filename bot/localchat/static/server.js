// Asks the local server: what a reader does goes there, and what is new comes from there.

const AGAIN = { first: 500, longest: 5000 }; // milliseconds
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? "That did not work. Reload the page.");
  return body;
}

const post = (path, body, type = "application/json") =>
  fetch(path, { method: "POST", headers: { "Content-Type": type }, body }).then(answered);

export const act = (person, what, details = {}) =>
  post("do", JSON.stringify({ person, do: what, ...details }));

export const tomorrow = (person) => post("tomorrow", JSON.stringify({ person }));

export const sendFile = (person, file) =>
  post(`file?person=${person}&name=${encodeURIComponent(file.name)}`, file, "application/octet-stream");

// Follows what happens for ever: `onNews(news, isWhole)` for everything new, `onLost()` each time
// the server does not answer. After a restart of the server everything comes again.
export async function follow({ onNews, onLost }) {
  let epoch = "", number = 0, wait = AGAIN.first;
  for (;;) {
    try {
      const response = await fetch(`live?epoch=${epoch}&number=${number}`);
      if (response.status === 404) throw new Error("another run");
      const news = await response.json();
      onNews(news, news.epoch !== epoch);
      ({ epoch, number } = news);
      wait = AGAIN.first;
    } catch (error) {
      await onLost(error.message === "another run");
      await pause(wait);
      wait = Math.min(2 * wait, AGAIN.longest);
    }
  }
}
