// One message as a bubble, with the buttons under it.

import { authorName, describeEvent } from "./authors.js";
import { createElement, createIcon } from "./dom.js";
import { formatHour, messageDate } from "./dates.js";
import {
  createLink,
  hideNeedlessFolds,
  isUnfolded,
  renderSigns,
  renderText,
  setUnfolded,
} from "./text.js";

const TICKS = "M1 6.500l3 3L10.500 2M7 8.500l1.200 1L15 2";
const FILE = "M6 2h8l5 5v15H6zM14 2v5h5";
const DOTS = "M12 4a2 2 0 1 0 .01 0M12 10a2 2 0 1 0 .01 0M12 16a2 2 0 1 0 .01 0";
// A word too long for a row; it may be broken.
const LONG_WORD = /\S{21}/;
// The first button of a row with more characters is a label, and the others are its signs.
const MAX_SIGN = 8;
const MAX_SUMMARY = 160;
const KILOBYTE = 1024;

// Returns the element of a message. `actions` are a reader's: press, sendCommand, openMenu,
// react, enlargePhoto, scrollToMessage, initial, isOwn, authorColor.
export function createBubble(message, actions) {
  const event = describeEvent(message);
  if (event) return createEvent(message, event);

  const rows = message.reply_markup?.inline_keyboard;
  const isOutgoing = actions.isOwn(message);
  const sender = isOutgoing ? "You" : authorName(message);
  const classes = ["message", isOutgoing && "outgoing", rows && "with-keys"];
  const element = createElement("article", {
    class: classes.filter(Boolean).join(" "),
    "data-id": message.message_id,
    "aria-label": `${sender}, ${formatHour(messageDate(message))}`,
  });

  const bubble = createBox(message, isOutgoing, actions);
  const menuButton = createMenuButton(message, actions);
  element.append(createElement("div", { class: "row" }, bubble, menuButton));
  if (rows) element.append(createKeyboard(message, rows, actions));

  bubble.addEventListener("contextmenu", (event) => {
    // A link has the browser's own menu.
    if (event.target.closest("a")) return;
    event.preventDefault();
    actions.openMenu(message, menuButton, event);
  });
  return element;
}

// Returns the line that says what happened in a group.
function createEvent(message, event) {
  const attributes = { class: "event", "data-id": message.message_id };
  return createElement("p", attributes, event);
}

// Puts a newer state of a message in its place, and keeps unfolded quotes and the focus.
export function replaceBubble(element, newElement) {
  const wasUnfolded = [...element.querySelectorAll("blockquote")].map(isUnfolded);
  const focusIndex = controls(element).indexOf(document.activeElement);
  const focusedData = document.activeElement?.dataset?.data;

  element.replaceWith(newElement);
  [...newElement.querySelectorAll("blockquote.folds")].forEach((quote, index) => {
    if (wasUnfolded[index]) setUnfolded(quote, true);
  });
  hideNeedlessFolds(newElement);
  if (focusIndex >= 0) restoreFocus(newElement, focusIndex, focusedData);
}

const controls = (element) => [...element.querySelectorAll("button, a")];

// Focuses the button with the same data, or else the control at the same place.
function restoreFocus(element, index, data) {
  const candidates = controls(element);
  const sameData = candidates.find((control) => data && control.dataset.data === data);
  const samePlace = candidates[Math.min(index, candidates.length - 1)];
  (sameData ?? samePlace)?.focus({ preventScroll: true });
}

// Returns a message in one line.
export function summarize(message) {
  const text = describeEvent(message) || (message.text ?? message.caption ?? "");
  const line = text.replace(/\s+/g, " ").trim().slice(0, MAX_SUMMARY);
  return line || message.document?.file_name || (message.photo ? "Photo" : "");
}

function createBox(message, isOutgoing, actions) {
  const text = createText(message, actions);
  const meta = createMeta(message, isOutgoing);
  const reactions = createReactions(message, actions);
  // The time stands at the end of the text's last line, if it fits.
  const isMetaInText = text && !reactions;
  if (isMetaInText) text.append(meta);

  return createElement(
    "div",
    { class: "bubble" },
    createAuthor(message, actions),
    createVia(message),
    createForwarded(message),
    createReply(message, actions),
    createPhoto(message, actions),
    createPreview(message),
    createFile(message),
    text,
    isMetaInText ? null : meta,
    reactions,
  );
}

function createMenuButton(message, actions) {
  const attributes = {
    type: "button",
    class: "open-menu",
    "aria-label": "React, reply, forward",
    "aria-haspopup": "menu",
    onclick: (event) => actions.openMenu(message, event.currentTarget),
  };
  return createElement("button", attributes, createIcon(DOTS));
}

function createText(message, actions) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const entities = message.entities ?? message.caption_entities;
  return renderText(text, entities, actions.sendCommand);
}

// Returns the line with the time of a message.
function createMeta(message, isOutgoing) {
  const meta = createElement("span", { class: "meta" });
  if (message.silent) {
    const attributes = {
      title: "Sent without a sound",
      role: "img",
      "aria-label": "Sent silently",
    };
    meta.append(createElement("span", attributes, "🔕"));
  }
  if (message.edit_date) meta.append("edited");

  const date = messageDate(message);
  meta.append(createElement("time", { datetime: date.toISOString() }, formatHour(date)));
  if (isOutgoing) {
    meta.append(createIcon(TICKS, { stroke: true, viewBox: "0 0 16 11", className: "ticks" }));
  }
  return meta;
}

// Returns the author's name where several people write, as `authorColor` knows.
function createAuthor(message, actions) {
  const color = actions.authorColor(message);
  if (color === null) return null;
  return createElement("b", { class: `author author-${color}` }, authorName(message));
}

function createVia(message) {
  if (!message.via_bot) return null;
  return createElement("div", { class: "via" }, `via @${message.via_bot.username}`);
}

function createForwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name =
    origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? "somebody";
  const author = createElement("b", {}, name);
  return createElement("div", { class: "forwarded" }, "Forwarded from ", author);
}

function createReply(message, actions) {
  const repliedMessage = message.reply_to_message;
  if (!repliedMessage) return null;
  const onclick = () => actions.scrollToMessage(repliedMessage.message_id);
  return createElement(
    "button",
    { type: "button", class: "reply", onclick },
    createElement("b", {}, authorName(repliedMessage)),
    createElement("span", {}, summarize(repliedMessage)),
  );
}

function createPhoto(message, actions) {
  if (!message.photo) return null;
  const { file_id: id, width, height } = message.photo.at(-1);
  const description = message.caption || "Photo";
  const src = `file/${encodeURIComponent(id)}`;
  const image = createElement("img", { src, alt: description, width, height });

  const attributes = {
    type: "button",
    class: "picture",
    "aria-label": `Enlarge: ${description}`,
    onclick: () => actions.enlargePhoto(image),
  };
  return createElement("button", attributes, image);
}

// Returns a link to the picture that Telegram would show; the page itself asks no other site.
function createPreview(message) {
  const { url, is_disabled: isDisabled } = message.link_preview_options ?? {};
  if (isDisabled || !url?.startsWith("https://")) return null;

  const [host] = url.slice("https://".length).split("/");
  const link = createLink(url, `🖼 Picture from ${host}`);
  link.setAttribute("class", "preview");
  return link;
}

function createFile(message) {
  if (!message.document) return null;
  const { file_id: id, file_name: name, file_size: size } = message.document;
  return createElement(
    "a",
    { class: "file", href: `file/${encodeURIComponent(id)}`, download: name },
    createElement("span", { class: "round-sign" }, createIcon(FILE, { stroke: true })),
    createElement(
      "span",
      {},
      createElement("b", {}, name),
      createElement("span", { class: "quiet" }, formatSize(size)),
    ),
  );
}

function formatSize(bytes) {
  if (bytes < KILOBYTE) return `${bytes} B`;
  const kilobytes = bytes / KILOBYTE;
  if (kilobytes < KILOBYTE) return `${kilobytes.toFixed(1)} KB`;
  return `${(kilobytes / KILOBYTE).toFixed(1)} MB`;
}

// Returns the reader's reaction, which a press takes back, and the bot's.
function createReactions(message, actions) {
  const { reaction, bot_reaction: botReaction } = message;
  if (!reaction && !botReaction) return null;

  const row = createElement("div", { class: "reactions" });
  if (reaction) {
    const attributes = {
      type: "button",
      class: "reaction",
      "aria-pressed": "true",
      "aria-label": `Take back ${reaction}`,
      onclick: () => actions.react(message, null),
    };
    const initial = createElement("small", { "aria-hidden": "true" }, actions.initial());
    row.append(createElement("button", attributes, reaction, initial));
  }
  if (botReaction) {
    const initial = createElement("small", {}, "P");
    row.append(createElement("span", { class: "reaction" }, botReaction, initial));
  }
  return row;
}

function createKeyboard(message, rows, actions) {
  const attributes = { class: "keys", role: "group", "aria-label": "Buttons of this message" };
  const keyboard = createElement("div", attributes);
  for (const row of rows) {
    const isLabelled = row.length > 2 && row[0].text.length > MAX_SIGN;
    const keys = row.map((button) => createKey(message, button, actions));
    keyboard.append(createElement("div", { class: isLabelled && "labelled" }, ...keys));
  }
  return keyboard;
}

function createKey(message, button, actions) {
  const style = `key ${button.style ?? ""}${LONG_WORD.test(button.text) ? " unbroken" : ""}`;
  const label = createElement("span", {}, ...renderSigns(button.text));
  if (button.url) {
    const arrow = createElement("i", { "aria-hidden": "true" }, "↗");
    const link = createLink(button.url, label, arrow);
    link.setAttribute("class", style);
    return link;
  }

  const attributes = {
    type: "button",
    class: style,
    title: button.text,
    "data-data": button.callback_data,
  };
  const key = createElement("button", attributes, label);
  if (button.copy_text) key.append(createElement("i", { "aria-hidden": "true" }, "⧉"));
  key.addEventListener("click", () => actions.press(message, button, key));
  return key;
}
