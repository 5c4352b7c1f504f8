// Text with Telegram's entities as elements. Offsets count UTF-16 units, as JavaScript's do.

import { icon, make } from "./dom.js";

const STYLES = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
};
const QUOTES = ["blockquote", "expandable_blockquote"];
const DOWN = "M6 9l6 6 6-6";
const SIGNS = /([➕➖➗✖✔]\ufe0f?)/; // emoji that fonts draw in black, whatever is behind them

// `onCommand(text)` is called when a /command in the text is pressed.
export function rendered(text, entities, onCommand) {
  const all = entities ?? [];
  const quotes = all.filter((entity) => QUOTES.includes(entity.type));
  const inline = all.filter((entity) => !QUOTES.includes(entity.type));
  const said = make("div", { class: "said" });
  let at = 0;
  for (const quote of quotes) {
    const before = quote.offset - (text[quote.offset - 1] === "\n" ? 1 : 0); // a block has its own break
    said.append(...pieces(text, at, before, inline, onCommand));
    const end = quote.offset + quote.length;
    said.append(quoted(quote, pieces(text, quote.offset, end, inline, onCommand)));
    at = end + (text[end] === "\n" ? 1 : 0);
  }
  said.append(...pieces(text, at, text.length, inline, onCommand));
  return make("div", { class: "text" }, said);
}

// A text as nodes, in which those signs can take the colour of the words around them.
export function lettered(text) {
  return text.split(SIGNS).filter(Boolean).map((part) => (
    SIGNS.test(part) ? make("span", { class: "sign" }, part) : document.createTextNode(part)));
}

// Cuts the text where something begins or ends, and wraps each piece in all that covers it.
function pieces(text, start, end, entities, onCommand) {
  const here = entities.filter((e) => e.offset < end && e.offset + e.length > start);
  const borders = new Set([start, end]);
  for (const e of here) {
    borders.add(Math.max(e.offset, start));
    borders.add(Math.min(e.offset + e.length, end));
  }
  const places = [...borders].sort((a, b) => a - b);
  const made = [];
  for (let i = 0; i + 1 < places.length; i += 1) {
    const [from, to] = [places[i], places[i + 1]];
    const covering = here.filter((e) => e.offset <= from && e.offset + e.length >= to);
    let node = document.createDocumentFragment();
    node.append(...lettered(text.slice(from, to)));
    for (const entity of covering.reverse()) node = wrapped(node, entity, text, onCommand);
    made.push(node);
  }
  return made;
}

function wrapped(node, entity, text, onCommand) {
  const whole = text.slice(entity.offset, entity.offset + entity.length);
  if (entity.type === "text_link" || entity.type === "url") {
    return link(entity.url ?? whole, node);
  }
  if (entity.type === "bot_command") {
    return make("button", { type: "button", class: "command", onclick: () => onCommand(whole) }, node);
  }
  if (entity.type === "spoiler") {
    const spoiler = make("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Hidden text" }, node);
    const open = () => { spoiler.classList.add("open"); spoiler.removeAttribute("aria-label"); };
    spoiler.addEventListener("click", open);
    spoiler.addEventListener("keydown", (event) => event.key === "Enter" && open());
    return spoiler;
  }
  return entity.type in STYLES ? make(STYLES[entity.type], {}, node) : node;
}

export function link(address, ...children) {
  const href = /^https?:\/\//i.test(address) ? address : `http://${address}`;
  return make("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...children);
}

function quoted(entity, children) {
  const folds = entity.type === "expandable_blockquote";
  const quote = make("blockquote", { class: folds ? "folds" : null }, make("div", { class: "inner" }, ...children));
  if (folds) {
    const fold = make("button", { type: "button", class: "fold", "aria-label": "Show all of the quote", "aria-expanded": "false" }, icon(DOWN, { stroke: true }));
    quote.append(fold);
    quote.addEventListener("click", (event) => {
      const pressed = event.target.closest("a, button");
      if ((!pressed || pressed === fold) && !String(getSelection())) open(quote, !isOpen(quote));
    });
  }
  return quote;
}

export const isOpen = (quote) => quote.classList.contains("open");

export function open(quote, yes) {
  quote.classList.toggle("open", yes);
  const fold = quote.querySelector(".fold");
  fold?.setAttribute("aria-expanded", String(yes));
  fold?.setAttribute("aria-label", yes ? "Show less of the quote" : "Show all of the quote");
}

// A quote that is short enough needs nothing to unfold it.
export function settle(root) {
  for (const quote of root.querySelectorAll("blockquote.folds:not(.open)")) {
    const inner = quote.firstElementChild;
    quote.querySelector(".fold").hidden = inner.scrollHeight <= inner.clientHeight + 2;
  }
}
