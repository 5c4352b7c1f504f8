// Switches between light and dark: as the system does, until a reader chooses one.

const STORAGE_KEY = "theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  const systemTheme = systemIsDark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = localStorage.getItem(STORAGE_KEY) ?? systemTheme;
}

export function toggleTheme() {
  const isDark = document.documentElement.dataset.theme === "dark";
  localStorage.setItem(STORAGE_KEY, isDark ? "light" : "dark");
  applyTheme();
}

systemIsDark.addEventListener("change", applyTheme);
applyTheme();
