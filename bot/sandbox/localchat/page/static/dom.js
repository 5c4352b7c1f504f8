// Creates elements. A text is always set as text, never parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";
const ROUND_STROKE = {
  fill: "none",
  stroke: "currentColor",
  "stroke-width": 2,
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
};

export const byId = (id) => document.getElementById(id);

// Attributes that are undefined, null or false are left out, and so are such children.
export function createElement(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Returns an icon of one path: filled, or as a line with `stroke`.
export function createIcon(path, { stroke = false, viewBox = "0 0 24 24", className = "" } = {}) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);

  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  if (stroke) {
    for (const [name, value] of Object.entries(ROUND_STROKE)) line.setAttribute(name, value);
  }
  svg.append(line);
  return svg;
}
