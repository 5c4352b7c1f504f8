// Links to the bot itself, as https://t.me/<bot>?start=…: they stay on this page.

const PARAMETERS = ["start", "startgroup", "startchannel"];

let botName = "";

export function setBotName(username) {
  botName = username.toLowerCase();
}

// Returns `{ kind, payload }` for a link to the bot, or null for any other address.
export function parseDeepLink(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const isTelegram = url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === botName;
  const isApp = url.protocol === "tg:" && url.searchParams.get("domain")?.toLowerCase() === botName;
  if (!botName || !(isTelegram || isApp)) return null;

  const kind = PARAMETERS.find((name) => url.searchParams.has(name)) ?? "start";
  return { kind, payload: url.searchParams.get(kind) ?? "" };
}

// Calls `onFollow(link)` instead of leaving the page, wherever such a link is pressed.
export function initDeepLinks(onFollow) {
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest("a[href]");
    const link = anchor && parseDeepLink(anchor.href);
    if (!link) return;
    event.preventDefault();
    onFollow(link);
  });
}
