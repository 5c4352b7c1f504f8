// Light or dark: as the system is, until a reader says otherwise.

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function show() {
  document.documentElement.dataset.theme = localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light");
}

export function toggleTheme() {
  const isDark = document.documentElement.dataset.theme === "dark";
  localStorage.setItem(KEY, isDark ? "light" : "dark");
  show();
}

system.addEventListener("change", show);
show();
