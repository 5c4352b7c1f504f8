// The list of readers: their names, their last messages, and how many are unread.

import { byId, createElement } from "./dom.js";
import { summarize } from "./bubble.js";
import { formatHourOrDay, messageDate } from "./dates.js";

// Avatars take turns in these many colours.
const COLORS = 3;

export function drawPeople(chats, activeId, now, onChoose) {
  const list = byId("people");
  const focusedId = list.contains(document.activeElement)
    ? document.activeElement.dataset.person
    : null;

  const items = [...chats.values()].map((chat, index) => {
    const isActive = chat.id === activeId;
    return createElement("li", {}, createPerson(chat, index, isActive, now, onChoose));
  });
  list.replaceChildren(...items);
  if (focusedId) list.querySelector(`[data-person="${focusedId}"]`)?.focus();
}

function createPerson(chat, index, isActive, now, onChoose) {
  const lastMessage = [...chat.messages.values()].at(-1);
  const name = chat.person.first_name;

  const avatar = createElement(
    "span",
    { class: `avatar-letter avatar-${index % COLORS}`, "aria-hidden": "true" },
    name.slice(0, 1),
  );
  const summary = lastMessage ? summarize(lastMessage) : "Not started yet";
  const lines = createElement(
    "span",
    { class: "lines" },
    createElement("span", { class: "name" }, name),
    createElement("span", { class: "last" }, summary),
  );
  const status = createStatus(chat, isActive, lastMessage, now);
  const attributes = {
    type: "button",
    class: "person",
    "data-person": chat.id,
    "aria-current": String(isActive),
    onclick: () => onChoose(chat.id),
  };
  return createElement("button", attributes, avatar, lines, status);
}

function createStatus(chat, isActive, lastMessage, now) {
  const time = lastMessage ? formatHourOrDay(messageDate(lastMessage), now) : "";
  const when = createElement("span", { class: "when" }, time);
  const status = createElement("span", { class: "side" }, when);
  if (chat.unread && !isActive) {
    const attributes = { class: "badge", "aria-label": `${chat.unread} new` };
    status.append(createElement("span", attributes, String(chat.unread)));
  }
  return status;
}
