// Where a reader writes: text, commands with suggestions, files, replies and edits.

import { byId, make } from "./dom.js";

const text = byId("text"), list = byId("suggestions"), menu = byId("menu");
let commands = [], chosen = 0, drafts = new Map(), person = null, context = null;

// `onSend(text, context)`, `onFile(file, caption)`; the context is what the text replies to, edits
// or is the caption of.
export function begin({ onSend, onFile }) {
  const send = () => {
    const written = text.value;
    if (!written.trim()) return;
    const about = context;
    text.value = "";
    setContext(null);
    changed();
    onSend(written, about);
  };
  byId("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  text.addEventListener("input", changed);
  text.addEventListener("keydown", (event) => keyed(event, send));
  menu.addEventListener("click", () => (list.hidden ? suggest(commands) : hide()));
  menu.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  byId("reply-close").addEventListener("click", () => setContext(null));
  byId("attach").addEventListener("click", () => byId("file").click());
  // What is written already goes along as the caption of the first file.
  const sendFiles = (files) => {
    const written = context ? "" : text.value.trim();
    [...files].forEach((file, i) => onFile(file, i ? "" : written));
    if (!files.length || !written) return;
    text.value = "";
    changed();
  };
  byId("file").addEventListener("change", (event) => {
    sendFiles(event.target.files);
    event.target.value = "";
  });
  acceptDropped(sendFiles);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) take(option.dataset.command, send);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".foot")) hide();
  });
}

export function setCommands(news) { commands = news; }

export function focus() { if (!text.closest("[hidden]")) text.focus({ preventScroll: true }); }

// Each reader has a draft of their own.
export function switchTo(next) {
  if (person !== null) drafts.set(person, text.value);
  person = next;
  text.value = drafts.get(next) ?? "";
  setContext(null);
  changed();
}

// Says what the next text is about: `{ kind: "reply" | "edit" | "caption", message, title, summary }` or null.
export function setContext(next) {
  if (context?.kind === "edit" && !next) text.value = "";
  context = next;
  byId("about-reply").hidden = !next;
  if (!next) return;
  byId("reply-title").textContent = next.title;
  byId("reply-text").textContent = next.summary;
  if (next.kind === "edit") text.value = next.message.text;
  changed();
  text.focus();
}

function changed() {
  byId("send").disabled = !text.value.trim();
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  const typed = /^\/([a-z0-9_]*)$/i.exec(text.value);
  const fits = typed ? commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : [];
  if (fits.length) suggest(fits);
  else hide();
}

function suggest(fits) {
  chosen = 0;
  list.replaceChildren(...fits.map(({ command, description }, i) =>
    make("li", { role: "option", id: `suggestion-${i}`, "data-command": command },
      make("b", {}, `/${command}`), make("span", {}, description))));
  list.hidden = fits.length === 0;
  menu.setAttribute("aria-expanded", String(!list.hidden));
  mark();
}

function mark() {
  [...list.children].forEach((option, i) => {
    option.setAttribute("aria-selected", String(i === chosen));
    if (i === chosen) option.scrollIntoView({ block: "nearest" });
  });
  text.setAttribute("aria-activedescendant", list.hidden ? "" : `suggestion-${chosen}`);
}

function hide() {
  list.hidden = true;
  menu.setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

function take(command, send) {
  text.value = `/${command}`;
  hide();
  send();
}

function keyed(event, send) {
  if (!list.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    chosen = (chosen + step + list.children.length) % list.children.length;
    mark();
  } else if (!list.hidden && event.key === "Tab") {
    event.preventDefault();
    text.value = `/${list.children[chosen].dataset.command} `;
    changed();
  } else if (event.key === "Escape") {
    if (list.hidden) setContext(null);
    hide();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (list.hidden) send();
    else take(list.children[chosen].dataset.command, send);
  }
}

function acceptDropped(sendFiles) {
  const chat = byId("chat");
  chat.addEventListener("dragover", (event) => event.preventDefault());
  chat.addEventListener("drop", (event) => {
    event.preventDefault();
    sendFiles(event.dataTransfer.files);
  });
  text.addEventListener("paste", (event) => sendFiles(event.clipboardData.files));
}
