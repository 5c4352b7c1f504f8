// Renders a text with Telegram's entities. Offsets count UTF-16 units, as JavaScript's do.

import { createElement, createIcon } from "./dom.js";

const STYLE_TAGS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
};
const QUOTES = ["blockquote", "expandable_blockquote"];
const CHEVRON = "M6 9l6 6 6-6";
// Emoji that fonts draw in black, whatever the background is.
const SIGNS = /([➕➖➗✖✔]\ufe0f?)/;

// Returns an element with the text; `onCommand(text)` is called when a /command in it is pressed.
export function renderText(text, entities, onCommand) {
  const quotes = (entities ?? []).filter((entity) => QUOTES.includes(entity.type));
  const inlines = (entities ?? []).filter((entity) => !QUOTES.includes(entity.type));
  const content = createElement("div", { class: "content" });

  let position = 0;
  for (const quote of quotes) {
    // A block has line breaks of its own, in place of those around it.
    const breakBefore = text[quote.offset - 1] === "\n" ? 1 : 0;
    content.append(...renderSpan(text, position, quote.offset - breakBefore, inlines, onCommand));

    const end = quote.offset + quote.length;
    content.append(renderQuote(quote, renderSpan(text, quote.offset, end, inlines, onCommand)));
    const breakAfter = text[end] === "\n" ? 1 : 0;
    position = end + breakAfter;
  }
  content.append(...renderSpan(text, position, text.length, inlines, onCommand));
  return createElement("div", { class: "text" }, content);
}

// Returns a text as nodes, in which black emoji can take the colour of the text.
export function renderSigns(text) {
  const parts = text.split(SIGNS).filter(Boolean);
  return parts.map((part) => {
    if (SIGNS.test(part)) return createElement("span", { class: "sign" }, part);
    return document.createTextNode(part);
  });
}

// Returns a part of the text as nodes: cut where an entity begins or ends, each piece wrapped in
// the entities that cover it.
function renderSpan(text, start, end, entities, onCommand) {
  const overlappingEntities = entities.filter(
    (entity) => entity.offset < end && entityEnd(entity) > start,
  );
  const borders = new Set([start, end]);
  for (const entity of overlappingEntities) {
    borders.add(Math.max(entity.offset, start));
    borders.add(Math.min(entityEnd(entity), end));
  }

  const positions = [...borders].sort((a, b) => a - b);
  const nodes = [];
  for (let i = 0; i + 1 < positions.length; i += 1) {
    const pieceStart = positions[i];
    const pieceEnd = positions[i + 1];
    const coveringEntities = overlappingEntities.filter(
      (entity) => entity.offset <= pieceStart && entityEnd(entity) >= pieceEnd,
    );

    let node = document.createDocumentFragment();
    node.append(...renderSigns(text.slice(pieceStart, pieceEnd)));
    for (const entity of coveringEntities.reverse()) {
      node = wrapInEntity(node, entity, text, onCommand);
    }
    nodes.push(node);
  }
  return nodes;
}

const entityEnd = (entity) => entity.offset + entity.length;

function wrapInEntity(node, entity, text, onCommand) {
  const entityText = text.slice(entity.offset, entityEnd(entity));
  if (entity.type === "text_link" || entity.type === "url") {
    return createLink(entity.url ?? entityText, node);
  }
  if (entity.type === "bot_command") {
    const attributes = { type: "button", class: "command", onclick: () => onCommand(entityText) };
    return createElement("button", attributes, node);
  }
  if (entity.type === "spoiler") return createSpoiler(node);
  if (entity.type in STYLE_TAGS) return createElement(STYLE_TAGS[entity.type], {}, node);
  return node;
}

function createSpoiler(node) {
  const attributes = { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Hidden text" };
  const spoiler = createElement("span", attributes, node);
  const reveal = () => {
    spoiler.classList.add("open");
    spoiler.removeAttribute("aria-label");
  };
  spoiler.addEventListener("click", reveal);
  spoiler.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return spoiler;
}

export function createLink(address, ...children) {
  const href = /^https?:\/\//i.test(address) ? address : `http://${address}`;
  const attributes = { href, target: "_blank", rel: "noopener noreferrer", title: href };
  return createElement("a", attributes, ...children);
}

function renderQuote(entity, children) {
  const isExpandable = entity.type === "expandable_blockquote";
  const inner = createElement("div", { class: "inner" }, ...children);
  const quote = createElement("blockquote", { class: isExpandable ? "folds" : null }, inner);
  if (isExpandable) addFold(quote);
  return quote;
}

// Lets a press on the button, or anywhere on the quote, unfold it.
function addFold(quote) {
  const attributes = {
    type: "button",
    class: "fold",
    "aria-label": "Show all of the quote",
    "aria-expanded": "false",
  };
  const fold = createElement("button", attributes, createIcon(CHEVRON, { stroke: true }));
  quote.append(fold);

  quote.addEventListener("click", (event) => {
    const control = event.target.closest("a, button");
    const isOnQuote = !control || control === fold;
    const hasSelection = Boolean(String(getSelection()));
    if (isOnQuote && !hasSelection) setUnfolded(quote, !isUnfolded(quote));
  });
}

export const isUnfolded = (quote) => quote.classList.contains("open");

export function setUnfolded(quote, unfolded) {
  quote.classList.toggle("open", unfolded);
  const fold = quote.querySelector(".fold");
  fold?.setAttribute("aria-expanded", String(unfolded));
  fold?.setAttribute("aria-label", unfolded ? "Show less of the quote" : "Show all of the quote");
}

// Hides the button of each quote that is short enough to be seen whole.
export function hideNeedlessFolds(root) {
  for (const quote of root.querySelectorAll("blockquote.folds:not(.open)")) {
    const inner = quote.firstElementChild;
    const isWhole = inner.scrollHeight <= inner.clientHeight + 2;
    quote.querySelector(".fold").hidden = isWhole;
  }
}
