// The readers to be: who they are, what they saw last, and what they have not seen yet.

import { byId, make } from "./dom.js";
import { summary } from "./bubble.js";
import { dateOf, when } from "./dates.js";

export function draw(chats, active, now, onChoose) {
  const list = byId("people");
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.person : null;
  list.replaceChildren(...[...chats.values()].map((chat, i) =>
    make("li", {}, person(chat, i, chat.id === active, now, onChoose))));
  if (focused) list.querySelector(`[data-person="${focused}"]`)?.focus();
}

function person(chat, i, isActive, now, onChoose) {
  const last = [...chat.messages.values()].at(-1);
  const name = chat.person.first_name;
  const side = make("span", { class: "side" },
    make("span", { class: "when" }, last ? when(dateOf(last), now) : ""),
    chat.unread && !isActive ? make("span", { class: "badge", "aria-label": `${chat.unread} new` }, String(chat.unread)) : null);
  return make("button", {
    type: "button", class: "person", "data-person": chat.id, "aria-current": String(isActive),
    onclick: () => onChoose(chat.id),
  },
  make("span", { class: `face face-${i % 3}`, "aria-hidden": "true" }, name.slice(0, 1)),
  make("span", { class: "words" }, make("span", { class: "name" }, name),
    make("span", { class: "last" }, last ? summary(last) : "Not started yet")),
  side);
}
