// Formats times in UTC, which is the zone of the local chat's clock and of the bot's messages.

const format = (options) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const HOUR = format({ hour: "2-digit", minute: "2-digit" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = format({ weekday: "short", day: "numeric", month: "short" });

export const formatHour = (date) => HOUR.format(date);
export const formatDay = (date) => DAY.format(date);
export const formatShortDay = (date) => SHORT_DAY.format(date).replace(",", "");
export const messageDate = (message) => new Date(message.date * 1000);

// Returns the hour of a message of today, and the day of an older one.
export function formatHourOrDay(date, now) {
  if (formatDay(date) === formatDay(now)) return formatHour(date);

  const withoutWeekday = formatShortDay(date).slice(4);
  return withoutWeekday;
}
