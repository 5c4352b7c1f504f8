// A menu beside the button that opened it, for the mouse and the keyboard; one at a time.

import { byId, createElement } from "./dom.js";

// Pixels between the menu and its button, and between the menu and the window's edge.
const GAP = 4;
const MARGIN = 8;
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

const popup = byId("popup");
let opener = null;

// Shows entries made by `menuItem` and `menuHeading`, at a mouse event if there is one.
export function openMenu(entries, button, mouseEvent) {
  popup.replaceChildren(...entries);
  popup.hidden = false;
  opener = button;
  button.setAttribute("aria-expanded", "true");

  const place = mouseEvent
    ? { left: mouseEvent.clientX, bottom: mouseEvent.clientY }
    : button.getBoundingClientRect();
  movePopup(place);
  menuButtons()[0]?.focus();
}

export function menuItem(label, onChoose, attributes = {}) {
  const onclick = () => {
    closeMenu();
    onChoose();
  };
  const base = { type: "button", role: "menuitem", onclick };
  return createElement("button", { ...base, ...attributes }, label);
}

export const menuHeading = (text) => createElement("div", { class: "quiet" }, text);

function closeMenu() {
  if (popup.hidden) return;
  popup.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (opener.isConnected) opener.focus({ preventScroll: true });
}

// Puts the menu below a place, or above it if the window ends there.
function movePopup(place) {
  const { width, height } = popup.getBoundingClientRect();
  const below = place.bottom + GAP;
  const above = place.bottom - height - 2 * GAP;
  const top = below + height > innerHeight ? above : below;
  const left = Math.min(place.left, innerWidth - width - MARGIN);

  popup.style.left = `${Math.max(MARGIN, left)}px`;
  popup.style.top = `${Math.max(MARGIN, top)}px`;
}

const menuButtons = () => [...popup.querySelectorAll("button")];

popup.addEventListener("keydown", (event) => {
  const buttons = menuButtons();
  const step = STEPS[event.key];
  if (step) {
    event.preventDefault();
    const index = buttons.indexOf(document.activeElement);
    buttons.at((index + step) % buttons.length).focus();
  }
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
});

document.addEventListener("pointerdown", (event) => {
  if (popup.contains(event.target)) return;
  if (event.target.closest("button") !== opener) closeMenu();
});
