// Where a reader writes: a text, a command from a list, a file, a reply or an edit.

import { byId, createElement } from "./dom.js";

const textBox = byId("text");
const commandList = byId("suggestions");
const menuButton = byId("menu");
// Unsent texts by the id of their chat.
const drafts = new Map();

let commands = [];
let selectedIndex = 0;
let activeChat = null;
// `{ kind: "reply" | "edit" | "caption", message, title, summary }`, or null.
let context = null;
let callbacks = null;

// `onSend(text, context)` sends a text, which replies to the context's message, edits it or is
// the caption of its file. `onFile(file, caption)` sends a file.
export function initComposer({ onSend, onFile }) {
  callbacks = { onSend, onFile };
  listenToText();
  listenToCommands();
  listenToFiles();
  byId("context-close").addEventListener("click", () => setContext(null));
}

export function setCommands(newCommands) {
  commands = newCommands;
}

export function focusComposer() {
  if (!textBox.closest("[hidden]")) textBox.focus({ preventScroll: true });
}

// Keeps the draft of the last chat, and shows that of another.
export function switchDraft(chatId) {
  if (activeChat !== null) drafts.set(activeChat, textBox.value);
  activeChat = chatId;
  textBox.value = drafts.get(chatId) ?? "";
  setContext(null);
  onTextChange();
}

// Says who writes, and whether files can be sent.
export function setAuthor(name, takesFiles) {
  textBox.placeholder = name ? `Message as ${name}` : "Message";
  byId("attach").hidden = !takesFiles;
}

// Sets what the next text is about.
export function setContext(newContext) {
  if (context?.kind === "edit" && !newContext) textBox.value = "";
  context = newContext;
  byId("context").hidden = !newContext;
  if (!newContext) return;

  byId("context-title").textContent = newContext.title;
  byId("context-text").textContent = newContext.summary;
  if (newContext.kind === "edit") textBox.value = newContext.message.text;
  onTextChange();
  textBox.focus();
}

function listenToText() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  textBox.addEventListener("input", onTextChange);
  textBox.addEventListener("keydown", onKey);
}

function listenToCommands() {
  menuButton.addEventListener("click", () => {
    if (commandList.hidden) showCommands(commands);
    else hideCommands();
  });
  menuButton.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideCommands();
  });

  // The text box keeps the focus.
  commandList.addEventListener("mousedown", (event) => event.preventDefault());
  commandList.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) sendCommand(option.dataset.command);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".foot")) hideCommands();
  });
}

function listenToFiles() {
  byId("attach").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", (event) => {
    sendFiles(event.target.files);
    event.target.value = "";
  });
  textBox.addEventListener("paste", (event) => sendFiles(event.clipboardData.files));

  const dropZone = byId("chat");
  dropZone.addEventListener("dragover", (event) => event.preventDefault());
  dropZone.addEventListener("drop", (event) => {
    event.preventDefault();
    sendFiles(event.dataTransfer.files);
  });
}

function send() {
  const text = textBox.value;
  if (!text.trim()) return;

  const textContext = context;
  textBox.value = "";
  setContext(null);
  onTextChange();
  callbacks.onSend(text, textContext);
}

function sendCommand(command) {
  textBox.value = `/${command}`;
  hideCommands();
  send();
}

// Sends files; a text that is already written becomes the caption of the first one.
function sendFiles(files) {
  const caption = context ? "" : textBox.value.trim();
  [...files].forEach((file, index) => callbacks.onFile(file, index === 0 ? caption : ""));
  if (!files.length || !caption) return;
  textBox.value = "";
  onTextChange();
}

function onTextChange() {
  byId("send").disabled = !textBox.value.trim();
  textBox.style.height = "auto";
  textBox.style.height = `${textBox.scrollHeight}px`;

  const matches = matchingCommands(textBox.value);
  if (matches.length) showCommands(matches);
  else hideCommands();
}

// Returns the commands that begin with the text.
function matchingCommands(text) {
  const match = /^\/([a-z0-9_]*)$/i.exec(text);
  if (!match) return [];
  const prefix = match[1].toLowerCase();
  return commands.filter(({ command }) => command.startsWith(prefix));
}

function showCommands(offeredCommands) {
  selectedIndex = 0;
  const options = offeredCommands.map(({ command, description }, index) => {
    const attributes = { role: "option", id: `suggestion-${index}`, "data-command": command };
    const name = createElement("b", {}, `/${command}`);
    return createElement("li", attributes, name, createElement("span", {}, description));
  });

  commandList.replaceChildren(...options);
  commandList.hidden = options.length === 0;
  menuButton.setAttribute("aria-expanded", String(!commandList.hidden));
  markSelected();
}

function hideCommands() {
  commandList.hidden = true;
  menuButton.setAttribute("aria-expanded", "false");
  textBox.removeAttribute("aria-activedescendant");
}

function markSelected() {
  [...commandList.children].forEach((option, index) => {
    const isSelected = index === selectedIndex;
    option.setAttribute("aria-selected", String(isSelected));
    if (isSelected) option.scrollIntoView({ block: "nearest" });
  });
  const activeId = commandList.hidden ? "" : `suggestion-${selectedIndex}`;
  textBox.setAttribute("aria-activedescendant", activeId);
}

function moveSelection(step) {
  const count = commandList.children.length;
  selectedIndex = (selectedIndex + step + count) % count;
  markSelected();
}

function onKey(event) {
  const isListOpen = !commandList.hidden;
  const selectedCommand = commandList.children[selectedIndex]?.dataset.command;

  if (isListOpen && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    moveSelection(event.key === "ArrowDown" ? 1 : -1);
  } else if (isListOpen && event.key === "Tab") {
    event.preventDefault();
    textBox.value = `/${selectedCommand} `;
    onTextChange();
  } else if (event.key === "Escape") {
    if (!isListOpen) setContext(null);
    hideCommands();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (isListOpen) sendCommand(selectedCommand);
    else send();
  }
}
