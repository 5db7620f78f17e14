// Toasts, the spoken announcer, and what to say when a request of htmx fails.
import { text } from "./texts.js";

const TONES = ["neutral", "info", "success", "warning", "danger", "muted"];
const ICONS = { success: "circle-check", warning: "alert-triangle", danger: "alert-circle" };
const STAY = 8000;

export function say(sentence) {
  const region = document.getElementById("announcer");
  if (!region || !sentence) return;
  region.textContent = "";
  window.setTimeout(() => { region.textContent = sentence; }, 50);
}

export function icon(name) {
  const known = document.querySelector("svg.icon use");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  if (known) {
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${known.getAttribute("href").split("#")[0]}#${name}`);
    svg.append(use);
  }
  return svg;
}

export function toast(sentence, tone = "info") {
  const region = document.getElementById("toasts");
  if (!region || !sentence) return;
  const safe = TONES.includes(tone) ? tone : "info";
  const box = document.createElement("div");
  box.className = `alert-box tone-${safe}`;
  const body = document.createElement("div");
  body.className = "alert-body";
  body.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", text("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => box.remove());
  box.append(icon(ICONS[safe] || "info-circle"), body, close);
  region.append(box);
  // A failure stays until it is closed; good news goes by itself.
  if (safe !== "danger" && safe !== "warning") window.setTimeout(() => box.remove(), STAY);
}

export function start() {
  document.addEventListener("toast", (event) => {
    toast(event.detail.text || event.detail.value, event.detail.tone);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    toast(text(`status_${status}`) || text(status >= 500 ? "status_500" : "status_400"), "danger");
  });
  document.addEventListener("htmx:sendError", () => toast(text("network"), "danger"));
  document.addEventListener("htmx:timeout", () => toast(text("network"), "danger"));
}
