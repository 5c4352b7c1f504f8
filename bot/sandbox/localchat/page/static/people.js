// The lists of readers and of groups: names, last messages, and how many are unread.

import { byId, createElement } from "./dom.js";
import { summarize } from "./bubble.js";
import { groupAvatar } from "./groups.js";
import { formatHourOrDay, messageDate } from "./dates.js";

// Avatars take turns in these many colours.
const COLORS = 3;

// `openId` is the chat that is shown, and `readerId` who acts in it.
export function drawPeople(chats, { openId, readerId }, now, onChoose) {
  const all = [...chats.values()];
  const createItem = (chat, index) => {
    const isOpen = chat.id === openId;
    const person = createPerson(chat, index, isOpen, now, onChoose);
    if (chat.id === readerId && !isOpen) person.classList.add("acts");
    return createElement("li", {}, person);
  };
  fillList(byId("people"), all.filter((chat) => chat.person).map(createItem));
  fillList(byId("groups"), all.filter((chat) => chat.group).map(createItem));
}

// Replaces the items of a list, and keeps the focus.
function fillList(list, items) {
  const focusedId = list.contains(document.activeElement)
    ? document.activeElement.dataset.person
    : null;
  list.replaceChildren(...items);
  if (focusedId) list.querySelector(`[data-person="${focusedId}"]`)?.focus();
}

function createPerson(chat, index, isActive, now, onChoose) {
  const lastMessage = [...chat.messages.values()].at(-1);
  const name = chat.group?.title ?? chat.person.first_name;

  const avatar = createElement(
    "span",
    {
      class: `avatar-letter ${chat.group ? groupAvatar(chat) : `avatar-${index % COLORS}`}`,
      "aria-hidden": "true",
    },
    name.slice(0, 1),
  );
  const nothing = chat.group ? "Nothing written yet" : "Not started yet";
  const summary = lastMessage ? summarize(lastMessage) : nothing;
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
