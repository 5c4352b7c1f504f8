// Times as the local chat's clock tells them, which the bot's messages name too: UTC.

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const HOUR = format({ hour: "2-digit", minute: "2-digit" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });
const SHORT = format({ weekday: "short", day: "numeric", month: "short" });

export const hour = (date) => HOUR.format(date);
export const day = (date) => DAY.format(date);
export const shortDay = (date) => SHORT.format(date).replace(",", "");
export const dateOf = (message) => new Date(message.date * 1000);

// What a list of chats shows: the hour of today's messages, the day of older ones.
export function when(date, now) {
  return day(date) === day(now) ? hour(date) : shortDay(date).slice(4);
}
