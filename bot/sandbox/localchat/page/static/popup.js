// A menu beside what opened it: with the keyboard too, one at a time.

import { byId, make } from "./dom.js";

const popup = byId("popup");
let opener = null;

// `parts` are elements made by `item` and `heading`; `at` is a mouse event, or nothing.
export function show(parts, button, at) {
  popup.replaceChildren(...parts);
  popup.hidden = false;
  opener = button;
  button.setAttribute("aria-expanded", "true");
  const place = at ? { left: at.clientX, bottom: at.clientY } : button.getBoundingClientRect();
  const { width, height } = popup.getBoundingClientRect();
  const top = place.bottom + 4 + height > innerHeight ? place.bottom - height - 8 : place.bottom + 4;
  popup.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  popup.style.top = `${Math.max(8, top)}px`;
  items()[0]?.focus();
}

export function item(label, onChoose, attributes = {}) {
  return make("button", {
    type: "button", role: "menuitem", ...attributes, onclick: () => { close(); onChoose(); },
  }, label);
}

export const heading = (text) => make("div", { class: "quiet" }, text);

export function close() {
  if (popup.hidden) return;
  popup.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (opener.isConnected) opener.focus({ preventScroll: true });
}

const items = () => [...popup.querySelectorAll("button")];

popup.addEventListener("keydown", (event) => {
  const all = items();
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) {
    event.preventDefault();
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  }
  if (event.key === "Escape" || event.key === "Tab") close();
});
document.addEventListener("pointerdown", (event) => {
  if (!popup.contains(event.target) && event.target.closest("button") !== opener) close();
});
