// Begins the page: keeps the readers' chats, and joins what comes from the server with what shows it.

import * as chat from "./chat.js";
import * as composer from "./composer.js";
import * as people from "./people.js";
import { byId } from "./dom.js";
import { summary } from "./bubble.js";
import { hour, shortDay } from "./dates.js";
import { alertWith, banner, copy, enlarge, toast } from "./notices.js";
import { heading, item, show } from "./popup.js";
import { act, follow, sendFile, tomorrow } from "./server.js";
import { toggleTheme } from "./theme.js";

const TYPING = 5000, WAITING = 15000; // milliseconds
const QUICK = ["👍", "👎", "❤", "🔥", "🤔", "🎉"];
const chats = new Map(), waiting = new Map();
let active = Number(sessionStorage.getItem("reader")) || null;
let leaving = false, going = ""; // whether the clock moves on for this page, and where it moves to
let ahead = 0, typing; // how far the local clock is ahead of this machine's

const now = () => new Date(Date.now() + ahead);
const here = () => chats.get(active);
const attempt = (promise) => promise.catch((error) => toast(error.message));

const doing = {
  press, find: chat.lead, photo: enlarge, menu: openMenu,
  command: (text) => attempt(act(active, "write", { text })),
  react: (message, emoji) => attempt(act(active, "react", { message: message.message_id, emoji })),
  initial: () => here().person.first_name.slice(0, 1),
};

function press(message, button, element) {
  if (button.copy_text) return copy(button.copy_text.text, "Copied");
  element.classList.add("waits");
  return attempt(act(active, "press", { message: message.message_id, data: button.callback_data })
    .then(({ press: id }) => {
      const done = () => { element.classList.remove("waits"); waiting.delete(id); };
      waiting.set(id, done);
      setTimeout(done, WAITING);
    }));
}

function openMenu(message, button, at) {
  const faces = Object.assign(document.createElement("div"), { className: "faces" });
  faces.append(...QUICK.map((emoji) => item(emoji,
    () => doing.react(message, message.reaction === emoji ? null : emoji),
    { role: "menuitemradio", "aria-checked": String(message.reaction === emoji), "aria-label": `React with ${emoji}` })));
  const text = message.text ?? message.caption;
  const about = { message, summary: summary(message) };
  const parts = [
    faces,
    item("Reply", () => composer.setContext({ ...about, kind: "reply", title: `Reply to ${message.from.first_name}` })),
    text && item("Copy text", () => copy(text, "Text copied")),
    !message.from.is_bot && message.document && item("Send again with a caption",
      () => composer.setContext({ ...about, kind: "caption", title: `Caption of ${message.document.file_name}` })),
    !message.from.is_bot && message.text && item("Edit", () => composer.setContext({ ...about, kind: "edit", title: "Edit message" })),
    heading("Forward to PaperPicks as"),
    ...[...chats.values()].map(({ id, person }) => item(person.first_name, () => forward(message, id))),
  ];
  show(parts.filter(Boolean), button, at);
}

async function forward(message, to) {
  const from = active;
  await attempt(act(to, "forward", { from, message: message.message_id }));
  if (to !== from) choose(to);
}

const WISHES = { edit: "edit", caption: "send_again" };

function send(text, context) {
  const wish = WISHES[context?.kind] ?? "write", about = context?.message.message_id;
  attempt(act(active, wish, { text, [wish === "write" ? "reply_to" : "message"]: about }));
}

function choose(id) {
  active = id;
  sessionStorage.setItem("reader", id);
  here().unread = 0;
  composer.switchTo(id);
  chat.open(here(), doing);
  showAll();
  if (matchMedia("(hover: hover)").matches) composer.focus(); // elsewhere a keyboard would pop up
}

function showAll() {
  const { blocked, open: isOpen } = here();
  people.draw(chats, active, now(), choose);
  byId("composer").hidden = blocked || !isOpen;
  byId("start").hidden = isOpen && !blocked;
  byId("start").textContent = blocked ? "Unblock" : "Start";
}

function onNews(news, isWhole) {
  ahead = new Date(news.now) - Date.now();
  going = news.going;
  showClock();
  showGoing();
  banner("");
  byId("about").hidden = !news.about;
  byId("about-text").textContent = news.about;
  composer.setCommands(news.commands);
  for (const [id, told] of Object.entries(news.chats ?? {})) take(Number(id), told, isWhole);
  if (!chats.has(active)) active = [...chats.keys()][0];
  if (isWhole) choose(active);
  else showAll();
}

function take(id, told, isWhole) {
  const known = isWhole ? { messages: new Map(), unread: 0 } : chats.get(id);
  Object.assign(known, { id, person: told.person, open: told.open, blocked: told.blocked });
  chats.set(id, known);
  const isNew = (message) => message.from.is_bot && !known.messages.has(message.message_id);
  if (!isWhole && id !== active) known.unread += told.messages.filter(isNew).length;
  for (const message of told.messages) known.messages.set(message.message_id, message);
  for (const gone of told.gone ?? []) known.messages.delete(gone);
  for (const answer of told.toasts ?? []) answered(answer, id);
  if (isWhole || id !== active) return;
  chat.draw(known, told.messages, told.gone ?? [], doing);
  const spoke = told.messages.some((message) => message.from.is_bot);
  if (told.typing || spoke) showTyping(told.typing && !spoke);
}

function answered({ press: id, text, alert }, person) {
  waiting.get(id)?.();
  if (!text || person !== active) return;
  if (alert) alertWith(text);
  else toast(text);
}

function showTyping(yes) {
  clearTimeout(typing);
  byId("status").textContent = yes ? "typing…" : "bot";
  byId("status").classList.toggle("busy", yes);
  if (yes) typing = setTimeout(() => showTyping(false), TYPING);
}

function showClock() {
  byId("clock").textContent = `${shortDay(now())}, ${hour(now())}`;
}

async function moveOn() {
  leaving = true;
  showGoing();
  const { said } = (await attempt(tomorrow(active))) ?? {};
  leaving = false;
  showGoing();
  if (said) toast(said);
  chat.toEnd();
}

// While the clock moves on, its button says to which day, on every open page.
function showGoing() {
  const button = byId("tomorrow"), busy = leaving || Boolean(going);
  button.disabled = busy;
  button.setAttribute("aria-busy", String(busy));
  byId("tomorrow-text").textContent = going ? `To ${shortDay(new Date(going))}…` : busy ? "Moving on…" : "Tomorrow";
}

function openMore(event) {
  const { blocked } = here();
  show([
    item("Switch between light and dark", toggleTheme),
    item(blocked ? "Unblock the bot" : "Block the bot", () => attempt(act(active, blocked ? "unblock" : "block"))),
  ], event.currentTarget);
}

composer.begin({ onSend: send, onFile: (file, caption) => attempt(sendFile(active, file, caption)) });
chat.begin();
byId("tomorrow").addEventListener("click", moveOn);
byId("theme").addEventListener("click", toggleTheme);
byId("more").addEventListener("click", openMore);
byId("start").addEventListener("click", () => (here().blocked
  ? attempt(act(active, "unblock")) : attempt(act(active, "write", { text: "/start" }))));
setInterval(showClock, 10_000);
follow({
  onNews,
  onLost: () => banner("PaperPicks does not answer. Is it running? Trying again…"),
});
