// Starts the page: holds all chats, and connects the server with what shows them.

import { byId } from "./dom.js";
import { initChat, openChat, scrollToMessage, scrollToNewest, updateChat } from "./chat.js";
import {
  focusComposer,
  initComposer,
  setAuthor,
  setCommands,
  switchDraft,
} from "./composer.js";
import { formatHour, formatShortDay } from "./dates.js";
import { initDeepLinks, parseDeepLink, setBotName } from "./deep_links.js";
import {
  describeGroup,
  drawActors,
  drawGroupFoot,
  drawTitle,
  isAdmin,
  isChannel,
} from "./groups.js";
import { closeInline, initInline, setBotNames } from "./inline.js";
import { createMessageMenu } from "./message_menu.js";
import { copyText, enlargePhoto, showAlert, showBanner, showToast } from "./notices.js";
import { drawPeople } from "./people.js";
import { menuItem, openMenu } from "./popup.js";
import {
  askInline,
  followChanges,
  moveToTomorrow,
  performAction,
  sendFile,
} from "./server.js";
import { toggleTheme } from "./theme.js";

// Milliseconds that "typing…" stays.
const TYPING_TIME = 5000;
// Milliseconds after which a button waits no longer for an answer.
const ANSWER_TIMEOUT = 15000;
const CLOCK_INTERVAL = 10000;
const CONTEXT_ACTIONS = { edit: "edit", caption: "send_again" };

const chats = new Map();
// Functions that end the wait of a button, by the id of its press.
const pendingPresses = new Map();

// Who acts, and the group or channel that is open, or null in the private chat.
let readerId = Number(sessionStorage.getItem("reader")) || null;
let groupId = Number(sessionStorage.getItem("group")) || null;
let bot = null;
let menus = {};
let ownMenus = {};
// Whether this page has asked for the next day.
let isMovingOn = false;
// The day to which the clock is moving, in ISO format, or empty.
let movingTo = "";
// Milliseconds that the local chat's clock is ahead of this machine's.
let clockOffset = 0;
let typingTimer;

const now = () => new Date(Date.now() + clockOffset);
const openId = () => groupId ?? readerId;
const openedChat = () => chats.get(openId());
const reader = () => chats.get(readerId);
const people = () => [...chats.values()].filter((chat) => chat.person);
const reportError = (promise) => promise.catch((error) => showToast(error.message));
const act = (action, details) => reportError(performAction(readerId, action, details));

const bubbleActions = {
  press,
  react,
  enlargePhoto,
  scrollToMessage,
  openMenu: openMessageMenu,
  sendCommand: (text) => send(text, null),
  initial: () => reader().person.first_name.slice(0, 1),
  isOwn: (message) => message.author === readerId,
  authorColor,
};

// Returns the number of an author's colour, or null where it is plain who writes.
function authorColor(message) {
  if (!groupId || message.author === readerId) return null;
  const index = people().findIndex(({ id }) => id === message.author);
  return index < 0 ? "bot" : index;
}

function react(message, emoji) {
  return act("react", { message: message.message_id, emoji });
}

function press(message, button, element) {
  if (button.copy_text) return copyText(button.copy_text.text, "Copied");

  element.classList.add("waiting");
  const action = groupId ? "press_in" : "press";
  const details = {
    chat: groupId,
    message: message.message_id,
    data: button.callback_data,
  };
  const pressing = performAction(readerId, action, details).then(({ press: id }) => {
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
  const isPrivate = !groupId;
  const menu = createMessageMenu(message, {
    react: isPrivate ? react : null,
    canEdit: isPrivate && bubbleActions.isOwn(message) && !message.via_bot,
    people: people(),
    forward,
  });
  openMenu(menu, button, mouseEvent);
}

async function forward(message, recipientId) {
  const details = { from: openId(), message: message.message_id };
  await reportError(performAction(recipientId, "forward", details));
  if (recipientId !== openId()) openChatOf(recipientId);
}

function send(text, context) {
  const messageId = context?.message.message_id;
  const action = CONTEXT_ACTIONS[context?.kind];
  if (groupId) act("write_in", { chat: groupId, text, reply_to: messageId });
  else if (action) act(action, { text, message: messageId });
  else act("write", { text, reply_to: messageId });
}

function sendFileHere(file, caption) {
  if (groupId) showToast("Files can only be sent in the private chat here.");
  else reportError(sendFile(readerId, file, caption));
}

// Opens the private chat of a reader, or a group as whoever acts now.
function openChatOf(id) {
  const isGroup = Boolean(chats.get(id).group);
  show(isGroup ? readerId : id, isGroup ? id : null);
}

function show(newReaderId, newGroupId) {
  readerId = newReaderId;
  groupId = newGroupId;
  sessionStorage.setItem("reader", readerId);
  sessionStorage.setItem("group", groupId ?? "");
  openedChat().unread = 0;
  closeInline();
  switchDraft(openId());
  openChat(openedChat(), bubbleActions);
  showTyping(false);
  drawAroundChat();

  // On a phone a keyboard would pop up.
  if (matchMedia("(hover: hover)").matches) focusComposer();
}

function drawAroundChat() {
  const chat = openedChat();
  drawPeople(chats, { openId: openId(), readerId }, now(), openChatOf);
  drawTitle(chat, bot.first_name);
  drawActors(people(), readerId, (id) => show(id, groupId));
  drawGroupFoot(chat, reader(), bot.first_name);
  setAuthor(groupId && reader().person.first_name, !groupId);
  setCommands(ownMenus[openId()] ?? menus[menuKind(chat)]);
  if (!byId("status").classList.contains("busy")) showTyping(false);

  const canWrite = groupId ? !isChannel(chat) || isAdmin(chat, readerId) : isStarted(chat);
  byId("composer").hidden = !canWrite;
  byId("start").hidden = Boolean(groupId) || canWrite;
  byId("start").textContent = chat.blocked ? "Unblock" : "Start";
}

const isStarted = (chat) => chat.open && !chat.blocked;

function menuKind(chat) {
  if (!chat.group) return "private";
  return isAdmin(chat, readerId) ? "admins" : "group";
}

// Opens the private chat of a reader, and presses Start there.
function startPrivately(payload, personId = readerId) {
  show(personId, null);
  return act("start", { payload });
}

// Follows a link to the bot, which on Telegram would not leave the app either.
function followDeepLink({ kind, payload }, personId = readerId) {
  if (kind === "start") return startPrivately(payload, personId);

  const wantsChannel = kind === "startchannel";
  const group = [...chats.values()].find((chat) => chat.group && isChannel(chat) === wantsChannel);
  if (group) openChatOf(group.id);
  return group;
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
  bot = changes.bot;
  menus = changes.menus;
  ownMenus = changes.own_menus;
  setBotName(bot.username);
  setBotNames([bot.username, bot.first_name]);

  for (const [id, chatChanges] of Object.entries(changes.chats ?? {})) {
    applyChanges(Number(id), chatChanges, isNewRun);
  }
  if (!chats.has(readerId)) readerId = people()[0].id;
  if (!chats.has(groupId)) groupId = null;
  if (isNewRun) show(readerId, groupId);
  else drawAroundChat();
}

function applyChanges(id, changes, isNewRun) {
  const chat = isNewRun ? { messages: new Map(), unread: 0 } : chats.get(id);
  const { person, open, blocked, group, members, has_bot, messages: changedMessages } = changes;
  const { deleted: deletedIds = [], toasts = [] } = changes;
  Object.assign(chat, { id, person, open, blocked, group, members, has_bot });
  chats.set(id, chat);

  if (!isNewRun && id !== openId()) chat.unread += countNewFromBot(chat, changedMessages);
  for (const message of changedMessages) chat.messages.set(message.message_id, message);
  for (const messageId of deletedIds) chat.messages.delete(messageId);
  for (const toast of toasts) endPress(toast, id);
  if (isNewRun || id !== openId()) return;

  updateChat(chat, { changedMessages, deletedIds }, bubbleActions);
  const hasAnswered = changedMessages.some(isFromBot);
  if (changes.typing || hasAnswered) showTyping(changes.typing && !hasAnswered);
}

function countNewFromBot(chat, messages) {
  const isNew = (message) => isFromBot(message) && !chat.messages.has(message.message_id);
  return messages.filter(isNew).length;
}

// A post of a channel counts as the bot's too: it is news to every reader.
const isFromBot = (message) => !people().some(({ id }) => id === message.author);

// Ends the wait of a button, and shows the bot's answer to its press.
function endPress({ press: pressId, text, alert: isAlert, url }, personId) {
  const isOnThisPage = pendingPresses.has(pressId);
  pendingPresses.get(pressId)?.();
  const link = url && parseDeepLink(url);
  if (link && isOnThisPage) followDeepLink(link, personId);
  if (!text || personId !== readerId) return;
  if (isAlert) showAlert(text);
  else showToast(text);
}

function showTyping(isTyping) {
  clearTimeout(typingTimer);
  const chat = openedChat();
  const description = chat.group ? describeGroup(chat) : "bot";
  byId("status").textContent = isTyping ? "typing…" : description;
  byId("status").classList.toggle("busy", isTyping);
  if (isTyping) typingTimer = setTimeout(() => showTyping(false), TYPING_TIME);
}

function showClock() {
  byId("clock").textContent = `${formatShortDay(now())}, ${formatHour(now())}`;
}

async function moveOn() {
  isMovingOn = true;
  showTomorrowButton();
  const { report } = (await reportError(moveToTomorrow(readerId, openId()))) ?? {};

  isMovingOn = false;
  showTomorrowButton();
  if (report) showToast(report);
  scrollToNewest();
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
  const themeItem = menuItem("Switch between light and dark", toggleTheme);
  const chatItem = groupId ? createRemoveItem() : createBlockItem();
  openMenu([themeItem, chatItem].filter(Boolean), event.currentTarget);
}

function createBlockItem() {
  const { blocked } = openedChat();
  const label = blocked ? "Unblock the bot" : "Block the bot";
  return menuItem(label, () => act(blocked ? "unblock" : "block"));
}

function createRemoveItem() {
  const chat = openedChat();
  if (!chat.has_bot || !isAdmin(chat, readerId)) return null;
  return menuItem("Remove the bot", () => act("remove_bot", { chat: groupId }));
}

function start() {
  if (openedChat().blocked) return act("unblock");
  return act("write", { text: "/start" });
}

initComposer({ onSend: send, onFile: sendFileHere });
initInline({
  ask: (text, offset) => askInline(readerId, { text, offset, chat: openId() }),
  choose: (answer, result) => act("choose", { answer, result, chat: openId() }),
  start: (payload) => startPrivately(payload),
});
initDeepLinks((link) => followDeepLink(link));
initChat();
byId("tomorrow").addEventListener("click", moveOn);
byId("theme").addEventListener("click", toggleTheme);
byId("more").addEventListener("click", openPageMenu);
byId("start").addEventListener("click", start);
byId("add-bot").addEventListener("click", () => act("add_bot", { chat: groupId }));
setInterval(showClock, CLOCK_INTERVAL);
followChanges({
  onChanges,
  onLost: () => showBanner("PaperPicks does not answer. Is it running? Trying again…"),
});
