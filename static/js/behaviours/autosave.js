// <form data-autosave-url>: sends the form to the server every 20 s when it changed.
import { token } from "./csrf.js";
import { text } from "./texts.js";
import { markSaved } from "./unsaved.js";

const PERIOD = 20000;

function report(form, sentence, failed) {
  const line = form.querySelector("[data-autosave-status]");
  if (!line) return;
  line.textContent = sentence;
  line.dataset.state = failed ? "failed" : "saved";
}

function clock() {
  const now = new Date();
  return [now.getHours(), now.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
}

function fields(form) {
  const data = new FormData(form);
  Array.from(data.entries()).forEach(([name, value]) => {
    if (value instanceof File) data.delete(name);
  });
  return data;
}

async function save(form) {
  delete form.dataset.unstored;
  let answer;
  try {
    answer = await fetch(form.dataset.autosaveUrl, {
      method: "POST",
      body: fields(form),
      credentials: "same-origin",
      redirect: "manual",
      headers: { "X-CSRFToken": token(), "X-Autosave": "1", Accept: "application/json" },
    });
  } catch (error) {
    form.dataset.unstored = "1";
    report(form, text("autosave_failed"), true);
    return;
  }
  if (answer.ok) {
    const body = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (!form.dataset.unstored) markSaved(form);
    report(form, text("autosave_saved", { time: body.saved_at || clock() }), false);
  } else if (answer.status === 409) {
    form.dataset.stopped = "1";
    report(form, text("autosave_conflict"), true);
  } else {
    report(form, text(answer.status === 422 ? "autosave_invalid" : "autosave_failed"), true);
  }
}

export function start(root) {
  root.querySelectorAll("form[data-autosave-url]").forEach((form) => {
    if (form.dataset.autosaveOn) return;
    form.dataset.autosaveOn = "1";
    form.addEventListener("input", () => { form.dataset.unstored = "1"; });
    const timer = window.setInterval(() => {
      if (!form.isConnected || form.dataset.stopped) window.clearInterval(timer);
      else if (form.dataset.unstored) save(form);
    }, Number(form.dataset.autosaveEvery || PERIOD));
  });
}
