// The conversation that is open: bubbles in order, days between them, and where it is scrolled to.

import { byId, make } from "./dom.js";
import { bubble, replace } from "./bubble.js";
import { dateOf, day } from "./dates.js";
import { settle } from "./text.js";

const NEAR = 80; // pixels from the end that count as being there
const scroll = byId("scroll"), messages = byId("messages");
let missed = 0;

export function begin() {
  scroll.addEventListener("scroll", () => {
    if (isAtEnd()) missed = 0;
    showDown();
  });
  byId("down").addEventListener("click", () => toEnd("smooth"));
  new ResizeObserver(() => settle(messages)).observe(messages);
}

// Shows a whole chat anew.
export function open(chat, doing) {
  messages.replaceChildren();
  missed = 0;
  messages.setAttribute("aria-live", "off"); // what was there before is not news
  draw(chat, [...chat.messages.values()], [], doing);
  toEnd();
  messages.setAttribute("aria-live", "polite");
}

// Shows what changed in the chat that is open.
export function draw(chat, changed, gone, doing) {
  const follows = isAtEnd();
  let still = false;
  for (const id of gone) find(id)?.remove();
  for (const message of changed) {
    const isMine = !message.from.is_bot;
    const made = bubble(message, isMine, doing);
    const before = find(message.message_id);
    if (before) still ||= inPlace(before, made);
    else {
      made.dataset.day = day(dateOf(message));
      messages.append(made);
      settle(made);
      if (!follows && !isMine) missed += 1;
    }
  }
  separate();
  const wrote = changed.some((message) => !message.from.is_bot && !message.edit_date && !message.reaction);
  if ((follows && !still) || wrote) toEnd();
  byId("welcome").hidden = chat.messages.size > 0;
  messages.hidden = chat.messages.size === 0;
  showDown();
}

// Replaces a message. Its buttons stay under the finger that pressed one; tells whether they do.
function inPlace(before, after) {
  const rows = (element) => element.querySelector(".keys")?.children.length;
  const top = (element) => element.querySelector(".keys").getBoundingClientRect().top;
  const still = rows(before) > 0 && rows(before) === rows(after) && before.contains(document.activeElement);
  const was = still ? top(before) : 0;
  replace(before, after);
  if (still) scroll.scrollTop += top(after) - was;
  return still;
}

// Scrolls to a message that is replied to.
export function lead(id) {
  const element = find(id);
  if (!element) return;
  element.scrollIntoView({ block: "center", behavior: "smooth" });
  element.classList.remove("found");
  requestAnimationFrame(() => element.classList.add("found"));
}

const find = (id) => messages.querySelector(`[data-id="${id}"]`);

// Puts one line with the date before the first message of each day.
function separate() {
  for (const line of messages.querySelectorAll(".day")) line.remove();
  let last = null;
  for (const element of [...messages.children]) {
    element.dataset.day ??= last ?? "";
    if (element.dataset.day !== last) element.before(make("time", { class: "day" }, element.dataset.day));
    last = element.dataset.day;
  }
}

const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;

export function toEnd(behavior = "instant") {
  missed = 0;
  scroll.scrollTo({ top: scroll.scrollHeight, behavior });
}

function showDown() {
  byId("down").hidden = isAtEnd();
  byId("down-count").hidden = missed === 0;
  byId("down-count").textContent = missed;
}
