// Inline mode: words after the bot's name show its results above the text box.

import { byId, createElement } from "./dom.js";

// Milliseconds after the last letter until the bot is asked.
const TYPING_PAUSE = 250;
// Pixels before the end of the list where the next results are asked for.
const NEAR_END = 60;
const COLORS = 3;

const textBox = byId("text");
const panel = byId("inline");
const list = byId("inline-results");
const startButton = byId("inline-button");
const status = byId("inline-status");

let botNames = [];
let callbacks = null;
// What stands after the bot's name, or null outside inline mode.
let words = null;
// `{ answer, result }` of each option; each page of results is an answer of its own.
let options = [];
let nextOffset = "";
let selectedIndex = 0;
let isLoading = false;
let requestCount = 0;
let typingTimer;

// `ask(words, offset)` returns an answer; `choose(answerId, resultId)` sends a result;
// `start(payload)` opens the private chat.
export function initInline(newCallbacks) {
  callbacks = newCallbacks;
  textBox.addEventListener("input", onInput);
  // Before the composer's own listener.
  textBox.addEventListener("keydown", onKey, { capture: true });
  list.addEventListener("scroll", loadNextPage);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) choose([...list.children].indexOf(option));
  });
  startButton.addEventListener("click", () => {
    leave();
    callbacks.start(startButton.dataset.payload);
  });
}

export function setBotNames(names) {
  botNames = names.map((name) => name.toLowerCase());
}

// Ends inline mode without a trace, as when another chat is opened.
export function closeInline() {
  clearTimeout(typingTimer);
  requestCount += 1;
  words = null;
  isLoading = false;
  clear();
  panel.hidden = true;
  textBox.setAttribute("aria-controls", "suggestions");
  textBox.removeAttribute("aria-activedescendant");
}

function readWords(text) {
  const match = /^@(\w+)\s([\s\S]*)$/.exec(text);
  return match && botNames.includes(match[1].toLowerCase()) ? match[2].trim() : null;
}

function onInput() {
  const newWords = readWords(textBox.value);
  if (newWords === words) return;
  closeInline();
  if (newWords === null) return;

  words = newWords;
  panel.hidden = false;
  status.textContent = "Searching…";
  textBox.setAttribute("aria-controls", "inline-results");
  typingTimer = setTimeout(() => load(""), TYPING_PAUSE);
}

function clear() {
  options = [];
  nextOffset = "";
  selectedIndex = 0;
  list.replaceChildren();
  list.hidden = true;
  startButton.hidden = true;
  status.textContent = "";
}

async function load(offset) {
  requestCount += 1;
  const number = requestCount;
  isLoading = true;
  try {
    const answer = await callbacks.ask(words, offset);
    if (number === requestCount) showAnswer(answer, offset);
  } catch (error) {
    if (number === requestCount) status.textContent = error.message;
  } finally {
    if (number === requestCount) isLoading = false;
  }
}

function showAnswer(answer, offset) {
  if (!offset) showStartButton(answer.button);
  options.push(...answer.results.map((result) => ({ answer: answer.id, result })));
  list.append(...answer.results.map(createOption));
  list.hidden = options.length === 0;
  status.textContent = options.length || answer.button ? "" : "Nothing found.";
  nextOffset = answer.next_offset;
  isLoading = false;
  markSelected();
  // A short page leaves nothing to scroll.
  loadNextPage();
}

function showStartButton(button) {
  startButton.hidden = !button;
  startButton.textContent = button?.text ?? "";
  startButton.dataset.payload = button?.start_parameter ?? "";
}

function createOption(result) {
  const lines = createElement(
    "span",
    { class: "lines" },
    createElement("b", {}, result.title),
    createElement("span", { class: "description" }, result.description),
  );
  return createElement("li", { role: "option" }, createThumbnail(result), lines);
}

// Returns the picture of a result if it lies on this server; no other site is asked.
function createThumbnail({ title, thumbnail_url: address }) {
  const isLocal = address.startsWith(`${location.origin}/`);
  if (isLocal) return createElement("img", { src: address, alt: "", width: 44, height: 44 });

  const color = title.length % COLORS;
  const attributes = { class: `thumbnail avatar-${color}`, "aria-hidden": "true" };
  return createElement("span", attributes, title.slice(0, 1).toUpperCase());
}

function loadNextPage() {
  const distance = list.scrollHeight - list.scrollTop - list.clientHeight;
  if (nextOffset && !isLoading && distance < NEAR_END) load(nextOffset);
}

function markSelected() {
  [...list.children].forEach((option, index) => {
    option.id = `inline-${index}`;
    option.setAttribute("aria-selected", String(index === selectedIndex));
    if (index === selectedIndex) option.scrollIntoView({ block: "nearest" });
  });
  if (options.length) textBox.setAttribute("aria-activedescendant", `inline-${selectedIndex}`);
}

function choose(index) {
  const { answer, result } = options[index];
  leave();
  callbacks.choose(answer, result.id);
}

// Ends inline mode, and empties the text box.
function leave() {
  textBox.value = "";
  textBox.dispatchEvent(new Event("input"));
  textBox.focus({ preventScroll: true });
}

function onKey(event) {
  if (words === null || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isEnter = event.key === "Enter" && !event.shiftKey;
  if (!step && !isEnter && event.key !== "Escape") return;

  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key === "Escape") return closeInline();
  if (!options.length) return;
  if (isEnter) return choose(selectedIndex);
  selectedIndex = (selectedIndex + step + options.length) % options.length;
  markSelected();
}
