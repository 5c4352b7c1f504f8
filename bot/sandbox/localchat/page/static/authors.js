// Who wrote a message, and the line that Telegram writes when something happens in a group.

// Returns the name of a person, the bot or a channel.
export const authorName = (message) => message.sender_chat?.title ?? message.from.first_name;

// Returns what happened, or an empty text for a message that somebody wrote.
export function describeEvent(message) {
  const who = authorName(message);
  const newcomers = message.new_chat_members ?? [];
  if (newcomers.length) return describeArrival(message, newcomers);
  if (message.left_chat_member) return describeLeaving(message, message.left_chat_member);
  if (message.forum_topic_created) return `${who} opened “${message.forum_topic_created.name}”`;
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} opened the topic again`;
  if (message.migrate_to_chat_id) return "This group became a supergroup";
  if (message.migrate_from_chat_id) return "This was an ordinary group";
  return "";
}

function describeArrival(message, newcomers) {
  const names = newcomers.map((user) => user.first_name).join(", ");
  const cameAlone = newcomers.length === 1 && newcomers[0].id === message.from.id;
  return cameAlone ? `${names} joined` : `${message.from.first_name} added ${names}`;
}

function describeLeaving(message, user) {
  if (user.id === message.from.id) return `${user.first_name} left`;
  return `${message.from.first_name} removed ${user.first_name}`;
}
