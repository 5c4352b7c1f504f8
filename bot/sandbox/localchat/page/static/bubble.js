// One message as a bubble, with the buttons under it.

import { icon, make } from "./dom.js";
import { dateOf, hour } from "./dates.js";
import { isOpen, link, lettered, open, rendered, settle } from "./text.js";

const TICKS = "M1 6.500l3 3L10.500 2M7 8.500l1.200 1L15 2";
const FILE = "M6 2h8l5 5v15H6zM14 2v5h5";
const LONG_WORD = /\S{21}/; // may be broken: a row has no room for it
const LONGER = 8; // characters, than labels that are alike
const DOTS = "M12 4a2 2 0 1 0 .01 0M12 10a2 2 0 1 0 .01 0M12 16a2 2 0 1 0 .01 0";

// `doing` holds what a reader can do: press, command, menu, react, photo, find.
export function bubble(message, isMine, doing) {
  const keys = message.reply_markup?.inline_keyboard;
  const element = make("article", {
    class: `message${isMine ? " mine" : ""}${keys ? " with-keys" : ""}`,
    "data-id": message.message_id,
    "aria-label": `${isMine ? "You" : message.from.first_name}, ${hour(dateOf(message))}`,
  });
  const text = words(message, doing), about = meta(message, isMine), faces = reactions(message, doing);
  const inText = text && !faces; // then the time stands at the end of the last line, if it fits
  if (inText) text.append(about);
  const box = make("div", { class: "bubble" },
    forwarded(message), reply(message, doing), photo(message, doing), file(message),
    text, inText ? null : about, faces);
  const dots = make("button", {
    type: "button", class: "open-menu", "aria-label": "React, reply, forward", "aria-haspopup": "menu",
    onclick: (event) => doing.menu(message, event.currentTarget),
  }, icon(DOTS));
  element.append(make("div", { class: "row" }, box, dots));
  if (keys) element.append(keyboard(message, keys, doing));
  box.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a")) return; // a link has the browser's own menu
    event.preventDefault();
    doing.menu(message, dots, event);
  });
  return element;
}

// Puts a newer state of a message in its place; what was unfolded stays so, and the focus too.
export function replace(before, after) {
  const opened = [...before.querySelectorAll("blockquote")].map(isOpen);
  const buttons = [...before.querySelectorAll("button, a")];
  const focused = buttons.indexOf(document.activeElement);
  const name = document.activeElement?.dataset?.data;
  before.replaceWith(after);
  [...after.querySelectorAll("blockquote.folds")].forEach((quote, i) => opened[i] && open(quote, true));
  settle(after);
  if (focused < 0) return;
  const now = [...after.querySelectorAll("button, a")];
  (now.find((button) => name && button.dataset.data === name) ?? now[Math.min(focused, now.length - 1)])
    ?.focus({ preventScroll: true });
}

function words(message, doing) {
  const text = message.text ?? message.caption;
  return text ? rendered(text, message.entities ?? message.caption_entities, doing.command) : null;
}

function meta(message, isMine) {
  const line = make("span", { class: "meta" });
  if (message.silent) line.append(make("span", { title: "Sent without a sound", role: "img", "aria-label": "Sent silently" }, "🔕"));
  if (message.edit_date) line.append("edited");
  line.append(make("time", { datetime: dateOf(message).toISOString() }, hour(dateOf(message))));
  if (isMine) line.append(icon(TICKS, { stroke: true, box: "0 0 16 11", className: "ticks" }));
  return line;
}

function forwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user?.first_name ?? origin.sender_user_name ?? "somebody";
  return make("div", { class: "forwarded" }, "Forwarded from ", make("b", {}, name));
}

function reply(message, doing) {
  const to = message.reply_to_message;
  if (!to) return null;
  return make("button", { type: "button", class: "reply", onclick: () => doing.find(to.message_id) },
    make("b", {}, to.from.first_name), make("span", {}, summary(to)));
}

// What a message is in one line.
export function summary(message) {
  const text = (message.text ?? message.caption ?? "").replace(/\s+/g, " ").trim();
  return text.slice(0, 160) || message.document?.file_name || (message.photo ? "Photo" : "");
}

function photo(message, doing) {
  if (!message.photo) return null;
  const { file_id: id, width, height } = message.photo.at(-1);
  const about = message.caption || "Photo";
  const image = make("img", { src: `file/${encodeURIComponent(id)}`, alt: about, width, height });
  return make("button", { type: "button", class: "picture", "aria-label": `Enlarge: ${about}`, onclick: () => doing.photo(image) }, image);
}

function file(message) {
  if (!message.document) return null;
  const { file_id: id, file_name: name, file_size: size } = message.document;
  return make("a", { class: "file", href: `file/${encodeURIComponent(id)}`, download: name },
    make("span", { class: "round-sign" }, icon(FILE, { stroke: true })),
    make("span", {}, make("b", {}, name), make("span", { class: "quiet" }, readable(size))));
}

function readable(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function reactions(message, doing) {
  const mine = message.reaction, theirs = message.bot_reaction;
  if (!mine && !theirs) return null;
  const row = make("div", { class: "reactions" });
  if (mine) {
    row.append(make("button", { type: "button", class: "reaction", "aria-pressed": "true", "aria-label": `Take back ${mine}`, onclick: () => doing.react(message, null) },
      mine, make("small", { "aria-hidden": "true" }, doing.initial())));
  }
  if (theirs) row.append(make("span", { class: "reaction" }, theirs, make("small", {}, "P")));
  return row;
}

function keyboard(message, rows, doing) {
  const keys = make("div", { class: "keys", role: "group", "aria-label": "Buttons of this message" });
  for (const row of rows) {
    const named = row.length > 2 && row[0].text.length > LONGER; // a word, and signs for it
    keys.append(make("div", { class: named && "named" }, ...row.map((button) => key(message, button, doing))));
  }
  return keys;
}

function key(message, button, doing) {
  const style = `key ${button.style ?? ""}${LONG_WORD.test(button.text) ? " unbroken" : ""}`;
  if (button.url) {
    const made = link(button.url, make("span", {}, ...lettered(button.text)), make("i", { "aria-hidden": "true" }, "↗"));
    made.setAttribute("class", style);
    return made;
  }
  const made = make("button", { type: "button", class: style, title: button.text, "data-data": button.callback_data }, make("span", {}, ...lettered(button.text)));
  if (button.copy_text) made.append(make("i", { "aria-hidden": "true" }, "⧉"));
  made.addEventListener("click", () => doing.press(message, button, made));
  return made;
}
