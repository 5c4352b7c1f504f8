// A group or channel as the page shows it: in the list, above the chat and below it.

import { byId, createElement } from "./dom.js";

const ADMINS = ["creator", "administrator"];
const PRESENT = [...ADMINS, "member", "restricted"];

export const isAdmin = (chat, personId) => ADMINS.includes(chat.members[personId]);
export const groupAvatar = (chat) => (isChannel(chat) ? "avatar-channel" : "avatar-group");
export const isChannel = (chat) => chat.group.type === "channel";

// Returns the kind of a group and how many are in it.
export function describeGroup(chat) {
  const count = Object.values(chat.members).filter((status) => PRESENT.includes(status)).length;
  return isChannel(chat) ? `channel · ${count} subscribers` : `group · ${count} members`;
}

// Shows who acts in the open group, as buttons that let somebody else act.
export function drawActors(people, readerId, onChoose) {
  const row = byId("actors");
  const focusedId = row.contains(document.activeElement) && document.activeElement.dataset.actor;
  const buttons = people.map(({ id, person }) => {
    const attributes = {
      type: "button",
      "data-actor": id,
      "aria-pressed": String(id === readerId),
      onclick: () => onChoose(id),
    };
    return createElement("button", attributes, person.first_name);
  });
  row.replaceChildren(...buttons);
  if (focusedId) row.querySelector(`[data-actor="${focusedId}"]`)?.focus();
}

// Shows the title of the open group, or the bot's in a private chat.
export function drawTitle(chat, botName) {
  const { group } = chat;
  byId("title").textContent = group?.title ?? botName;
  byId("bot-avatar").hidden = Boolean(group);
  byId("group-avatar").hidden = !group;
  if (group) {
    byId("group-avatar").textContent = group.title.slice(0, 1);
    byId("group-avatar").className = `avatar-letter ${groupAvatar(chat)}`;
  }
  byId("acting").hidden = !group;
}

// Shows below the chat what the reader can do in a group, and says why not more.
export function drawGroupFoot(chat, reader, botName) {
  const { group } = chat;
  const mayAdd = group && !chat.has_bot && isAdmin(chat, reader.id);
  const kind = group && (isChannel(chat) ? "channel" : "group");
  byId("add-bot").hidden = !mayAdd;
  byId("add-bot").textContent = `Add ${botName} to this ${kind}`;

  const note = group ? footNote(chat, reader, botName) : "";
  byId("foot-note").hidden = !note;
  byId("foot-note").textContent = note;
}

function footNote(chat, reader, botName) {
  const name = reader.person.first_name;
  if (!chat.has_bot && !isAdmin(chat, reader.id)) {
    return `${botName} is not here yet. Only an admin can add it: switch to Ada.`;
  }
  if (isChannel(chat) && !isAdmin(chat, reader.id)) return `${name} reads here; admins post.`;
  return "";
}
