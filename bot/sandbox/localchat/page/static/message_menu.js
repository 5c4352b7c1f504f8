// The menu of one message: reactions, a reply, a copy, changes of one's own, forwarding.

import { authorName } from "./authors.js";
import { summarize } from "./bubble.js";
import { setContext } from "./composer.js";
import { createElement } from "./dom.js";
import { copyText } from "./notices.js";
import { menuHeading, menuItem } from "./popup.js";

const QUICK_REACTIONS = ["👍", "👎", "❤", "🔥", "🤔", "🎉"];

// Returns the entries of the menu. Without `react` nobody can react here.
export function createMessageMenu(message, { react, canEdit, people, forward }) {
  const text = message.text ?? message.caption;
  const entries = [
    react && createReactionRow(message, react),
    contextItem("Reply", message, "reply", `Reply to ${authorName(message)}`),
    text && menuItem("Copy text", () => copyText(text, "Text copied")),
    ...(canEdit ? ownMessageItems(message) : []),
    menuHeading("Forward to PaperPicks as"),
    ...people.map(({ id, person }) => menuItem(person.first_name, () => forward(message, id))),
  ];
  return entries.filter(Boolean);
}

function createReactionRow(message, react) {
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
