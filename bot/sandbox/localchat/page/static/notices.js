// Shows what is not part of the chat: toasts, alerts, a banner, an enlarged photo.

import { byId } from "./dom.js";
import { renderSigns } from "./text.js";

// Milliseconds that a toast stays, and further ones for each character.
const TOAST_TIME = 3500;
const TOAST_TIME_PER_CHARACTER = 30;

let toastTimer;

export function showToast(text) {
  const toast = byId("toast");
  toast.replaceChildren(...renderSigns(text));
  toast.hidden = false;

  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    toast.hidden = true;
  }, TOAST_TIME + TOAST_TIME_PER_CHARACTER * text.length);
}

export function showAlert(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

// Shows a text above the chat until the next one; an empty text hides the banner.
export function showBanner(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = !text;
}

export function enlargePhoto(image) {
  const largeImage = byId("photo-large");
  largeImage.src = image.src;
  largeImage.alt = image.alt;
  byId("photo").showModal();
}

export async function copyText(text, confirmation) {
  try {
    await navigator.clipboard.writeText(text);
    showToast(confirmation);
  } catch {
    showToast("The browser did not let the page copy.");
  }
}
