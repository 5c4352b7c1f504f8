// What the page tells for a moment: toasts, alerts, a banner, a photo in full.

import { byId } from "./dom.js";
import { lettered } from "./text.js";

const SHOWN = 3500; // milliseconds
let timer;

export function toast(text) {
  const element = byId("toast");
  element.replaceChildren(...lettered(text));
  element.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { element.hidden = true; }, SHOWN + 30 * text.length);
}

export function alertWith(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

export function banner(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = !text;
}

export function enlarge(image) {
  const large = byId("photo-large");
  large.src = image.src;
  large.alt = image.alt;
  byId("photo").showModal();
}

export async function copy(text, told) {
  try {
    await navigator.clipboard.writeText(text);
    toast(told);
  } catch {
    toast("The browser did not let the page copy.");
  }
}
