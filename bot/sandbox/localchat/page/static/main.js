// Starts the page: holds the readers' chats, and connects the server with what shows them.

import { byId, createElement } from "./dom.js";
import { summarize } from "./bubble.js";
import { initChat, openChat, scrollToEnd, scrollToMessage, updateChat } from "./chat.js";
import {
  focusComposer,
  initComposer,
  setCommands,
  setContext,
  switchDraft,
} from "./composer.js";
import { formatHour, formatShortDay } from "./dates.js";
import { copyText, enlargePhoto, showAlert, showBanner, showToast } from "./notices.js";
import { drawPeople } from "./people.js";
import { menuHeading, menuItem, openMenu } from "./popup.js";
import { followChanges, moveToTomorrow, performAction, sendFile } from "./server.js";
import { toggleTheme } from "./theme.js";

// Milliseconds that "typing…" stays.
const TYPING_TIME = 5000;
// Milliseconds after which a button waits no longer for an answer.
const ANSWER_TIMEOUT = 15000;
const CLOCK_INTERVAL = 10000;
const QUICK_REACTIONS = ["👍", "👎", "❤", "🔥", "🤔", "🎉"];
const CONTEXT_ACTIONS = { edit: "edit", caption: "send_again" };

const chats = new Map();
// Functions that end the wait of a button, by the id of its press.
const pendingPresses = new Map();

let activeId = Number(sessionStorage.getItem("reader")) || null;
// Whether this page has asked for the next day.
let isMovingOn = false;
// The day to which the clock is moving, in ISO format, or empty.
let movingTo = "";
// Milliseconds that the local chat's clock is ahead of this machine's.
let clockOffset = 0;
let typingTimer;

const now = () => new Date(Date.now() + clockOffset);
const activeChat = () => chats.get(activeId);
const reportError = (promise) => promise.catch((error) => showToast(error.message));
const actActively = (action, details) => reportError(performAction(activeId, action, details));

const bubbleActions = {
  press,
  react,
  enlargePhoto,
  scrollToMessage,
  openMenu: openMessageMenu,
  sendCommand: (text) => actActively("write", { text }),
  initial: () => activeChat().person.first_name.slice(0, 1),
};

function react(message, emoji) {
  return actActively("react", { message: message.message_id, emoji });
}

function press(message, button, element) {
  if (button.copy_text) return copyText(button.copy_text.text, "Copied");

  element.classList.add("waiting");
  const details = { message: message.message_id, data: button.callback_data };
  const pressing = performAction(activeId, "press", details).then(({ press: id }) => {
    const endWait = () => {
      element.classList.remove("waiting");
      pendingPresses.delete(id);
    };
    pendingPresses.set(id, endWait);
    setTimeout(endWait, ANSWER_TIMEOUT);
  });
  return reportError(pressing);
}

function openMessageMenu(message, button, mouseEvent) {
  const text = message.text ?? message.caption;
  const entries = [
    createReactionRow(message),
    contextItem("Reply", message, "reply", `Reply to ${message.from.first_name}`),
    text && menuItem("Copy text", () => copyText(text, "Text copied")),
    ...(message.from.is_bot ? [] : ownMessageItems(message)),
    menuHeading("Forward to PaperPicks as"),
    ...[...chats.values()].map(({ id, person }) =>
      menuItem(person.first_name, () => forward(message, id)),
    ),
  ];
  openMenu(entries.filter(Boolean), button, mouseEvent);
}

function createReactionRow(message) {
  const items = QUICK_REACTIONS.map((emoji) => {
    const isChosen = message.reaction === emoji;
    const attributes = {
      role: "menuitemradio",
      "aria-checked": String(isChosen),
      "aria-label": `React with ${emoji}`,
    };
    return menuItem(emoji, () => react(message, isChosen ? null : emoji), attributes);
  });
  return createElement("div", { class: "emojis" }, ...items);
}

function ownMessageItems(message) {
  const name = message.document?.file_name;
  return [
    name && contextItem("Send again with a caption", message, "caption", `Caption of ${name}`),
    message.text && contextItem("Edit", message, "edit", "Edit message"),
  ];
}

// Returns a menu item that makes the next text be about this message.
function contextItem(label, message, kind, title) {
  const context = { kind, message, title, summary: summarize(message) };
  return menuItem(label, () => setContext(context));
}

async function forward(message, recipientId) {
  const senderId = activeId;
  const details = { from: senderId, message: message.message_id };
  await reportError(performAction(recipientId, "forward", details));
  if (recipientId !== senderId) choosePerson(recipientId);
}

function send(text, context) {
  const messageId = context?.message.message_id;
  const action = CONTEXT_ACTIONS[context?.kind];
  if (action) actActively(action, { text, message: messageId });
  else actActively("write", { text, reply_to: messageId });
}

function choosePerson(id) {
  activeId = id;
  sessionStorage.setItem("reader", id);
  activeChat().unread = 0;
  switchDraft(id);
  openChat(activeChat(), bubbleActions);
  drawAroundChat();

  // On a phone a keyboard would pop up.
  if (matchMedia("(hover: hover)").matches) focusComposer();
}

function drawAroundChat() {
  const { blocked, open: isOpen } = activeChat();
  drawPeople(chats, activeId, now(), choosePerson);
  byId("composer").hidden = blocked || !isOpen;
  byId("start").hidden = isOpen && !blocked;
  byId("start").textContent = blocked ? "Unblock" : "Start";
}

// Shows changes; after a restart of the server, or at first, they hold everything.
function onChanges(changes, isNewRun) {
  clockOffset = new Date(changes.now) - Date.now();
  movingTo = changes.moving_to;
  showClock();
  showTomorrowButton();
  showBanner("");
  byId("note").hidden = !changes.note;
  byId("note-text").textContent = changes.note;
  setCommands(changes.commands);

  for (const [id, chatChanges] of Object.entries(changes.chats ?? {})) {
    applyChanges(Number(id), chatChanges, isNewRun);
  }
  if (!chats.has(activeId)) activeId = [...chats.keys()][0];
  if (isNewRun) choosePerson(activeId);
  else drawAroundChat();
}

function applyChanges(id, changes, isNewRun) {
  const chat = isNewRun ? { messages: new Map(), unread: 0 } : chats.get(id);
  const { person, open, blocked, messages: changedMessages } = changes;
  const { deleted: deletedIds = [], toasts = [] } = changes;
  Object.assign(chat, { id, person, open, blocked });
  chats.set(id, chat);

  if (!isNewRun && id !== activeId) chat.unread += countNewFromBot(chat, changedMessages);
  for (const message of changedMessages) chat.messages.set(message.message_id, message);
  for (const messageId of deletedIds) chat.messages.delete(messageId);
  for (const toast of toasts) endPress(toast, id);
  if (isNewRun || id !== activeId) return;

  updateChat(chat, { changedMessages, deletedIds }, bubbleActions);
  const hasAnswered = changedMessages.some((message) => message.from.is_bot);
  if (changes.typing || hasAnswered) showTyping(changes.typing && !hasAnswered);
}

function countNewFromBot(chat, messages) {
  const isNew = ({ from, message_id: id }) => from.is_bot && !chat.messages.has(id);
  return messages.filter(isNew).length;
}

// Ends the wait of a button, and shows the bot's answer to its press.
function endPress({ press: pressId, text, alert: isAlert }, personId) {
  pendingPresses.get(pressId)?.();
  if (!text || personId !== activeId) return;
  if (isAlert) showAlert(text);
  else showToast(text);
}

function showTyping(isTyping) {
  clearTimeout(typingTimer);
  byId("status").textContent = isTyping ? "typing…" : "bot";
  byId("status").classList.toggle("busy", isTyping);
  if (isTyping) typingTimer = setTimeout(() => showTyping(false), TYPING_TIME);
}

function showClock() {
  byId("clock").textContent = `${formatShortDay(now())}, ${formatHour(now())}`;
}

async function moveOn() {
  isMovingOn = true;
  showTomorrowButton();
  const { report } = (await reportError(moveToTomorrow(activeId))) ?? {};

  isMovingOn = false;
  showTomorrowButton();
  if (report) showToast(report);
  scrollToEnd();
}

// While the clock moves on, the button says to which day, on every open page.
function showTomorrowButton() {
  const button = byId("tomorrow");
  const isBusy = isMovingOn || Boolean(movingTo);
  button.disabled = isBusy;
  button.setAttribute("aria-busy", String(isBusy));

  let label = isBusy ? "Moving on…" : "Tomorrow";
  if (movingTo) label = `To ${formatShortDay(new Date(movingTo))}…`;
  byId("tomorrow-text").textContent = label;
}

function openPageMenu(event) {
  const { blocked } = activeChat();
  const label = blocked ? "Unblock the bot" : "Block the bot";
  const entries = [
    menuItem("Switch between light and dark", toggleTheme),
    menuItem(label, () => actActively(blocked ? "unblock" : "block")),
  ];
  openMenu(entries, event.currentTarget);
}

function start() {
  if (activeChat().blocked) return actActively("unblock");
  return actActively("write", { text: "/start" });
}

initComposer({
  onSend: send,
  onFile: (file, caption) => reportError(sendFile(activeId, file, caption)),
});
initChat();
byId("tomorrow").addEventListener("click", moveOn);
byId("theme").addEventListener("click", toggleTheme);
byId("more").addEventListener("click", openPageMenu);
byId("start").addEventListener("click", start);
setInterval(showClock, CLOCK_INTERVAL);
followChanges({
  onChanges,
  onLost: () => showBanner("PaperPicks does not answer. Is it running? Trying again…"),
});
