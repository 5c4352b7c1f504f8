// The open conversation: its bubbles in order, the days between them, and its scroll position.

import { byId, createElement } from "./dom.js";
import { createBubble, replaceBubble } from "./bubble.js";
import { formatDay, messageDate } from "./dates.js";
import { hideNeedlessFolds } from "./text.js";

// Pixels from the end that still count as the end.
const END_TOLERANCE = 80;
// Pixels above a message that opens at its top.
const TOP_MARGIN = 6;

const scroller = byId("scroll");
const messages = byId("messages");
let missedCount = 0;

export function initChat() {
  scroller.addEventListener("scroll", () => {
    if (isAtEnd()) missedCount = 0;
    updateDownButton();
  });
  byId("down").addEventListener("click", () => scrollToEnd("smooth"));
  new ResizeObserver(() => hideNeedlessFolds(messages)).observe(messages);
}

// Shows another chat.
export function openChat(chat, actions) {
  messages.replaceChildren();
  missedCount = 0;

  // Screen readers announce only messages that arrive later.
  messages.setAttribute("aria-live", "off");
  updateChat(chat, { changedMessages: [...chat.messages.values()], deletedIds: [] }, actions);
  scrollToNewest();
  messages.setAttribute("aria-live", "polite");
}

// Shows the changes of the open chat.
export function updateChat(chat, { changedMessages, deletedIds }, actions) {
  const wasAtEnd = isAtEnd();
  for (const id of deletedIds) findBubble(id)?.remove();
  let isHeldInPlace = false;
  let isNew = false;
  for (const message of changedMessages) {
    const bubble = createBubble(message, actions);
    const oldBubble = findBubble(message.message_id);
    if (oldBubble) isHeldInPlace = replaceInPlace(oldBubble, bubble) || isHeldInPlace;
    else {
      appendBubble(bubble, message, wasAtEnd || actions.isOwn(message));
      isNew = true;
    }
  }
  separateDays();

  const hasWritten = changedMessages.some(
    (message) => actions.isOwn(message) && !message.edit_date && !message.reaction,
  );
  if (hasWritten || (wasAtEnd && isNew)) scrollToNewest();
  else if (wasAtEnd && !isHeldInPlace) scrollToEnd();
  byId("welcome").hidden = chat.messages.size > 0 || Boolean(chat.group);
  byId("group-welcome").hidden = chat.messages.size > 0 || !chat.group;
  messages.hidden = chat.messages.size === 0;
  updateDownButton();
}

function appendBubble(bubble, message, isSeen) {
  bubble.dataset.day = formatDay(messageDate(message));
  messages.append(bubble);
  hideNeedlessFolds(bubble);
  if (!isSeen) missedCount += 1;
}

// Replaces a bubble. If one of its buttons has the focus, the buttons stay under the finger.
// Returns whether they do.
function replaceInPlace(bubble, newBubble) {
  const rowCount = (element) => element.querySelector(".keys")?.children.length;
  const keysTop = (element) => element.querySelector(".keys").getBoundingClientRect().top;
  const isHeld =
    rowCount(bubble) > 0 &&
    rowCount(bubble) === rowCount(newBubble) &&
    bubble.contains(document.activeElement);

  const oldTop = isHeld ? keysTop(bubble) : 0;
  replaceBubble(bubble, newBubble);
  if (isHeld) scroller.scrollTop += keysTop(newBubble) - oldTop;
  return isHeld;
}

// Scrolls to a message and highlights it for a moment.
export function scrollToMessage(id) {
  const bubble = findBubble(id);
  if (!bubble) return;
  bubble.scrollIntoView({ block: "center", behavior: "smooth" });

  // The class has to be absent for a frame, or the animation does not start again.
  bubble.classList.remove("highlighted");
  requestAnimationFrame(() => bubble.classList.add("highlighted"));
}

const findBubble = (id) => messages.querySelector(`[data-id="${id}"]`);

// Puts a line with the date before the first message of each day.
function separateDays() {
  for (const line of messages.querySelectorAll(".day")) line.remove();

  let lastDay = null;
  for (const bubble of [...messages.children]) {
    // A replaced bubble has no day yet; it is that of the bubble before it.
    bubble.dataset.day ??= lastDay ?? "";
    const { day } = bubble.dataset;
    if (day !== lastDay) bubble.before(createElement("time", { class: "day" }, day));
    lastDay = day;
  }
}

function isAtEnd() {
  const distance = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  return distance < END_TOLERANCE;
}

// Scrolls to the end; a message that is taller than the view opens at its top.
export function scrollToNewest() {
  const newest = messages.lastElementChild;
  if (!newest || newest.offsetHeight <= scroller.clientHeight) {
    scrollToEnd();
    return;
  }
  const distance = newest.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  missedCount = 0;
  scroller.scrollTop += distance - TOP_MARGIN;
}

export function scrollToEnd(behavior = "instant") {
  missedCount = 0;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior });
}

function updateDownButton() {
  byId("down").hidden = isAtEnd();
  byId("down-count").hidden = missedCount === 0;
  byId("down-count").textContent = missedCount;
}
