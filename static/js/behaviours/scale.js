// Large print 大字版: switches at once and keeps it in the cookie that the server reads.
const YEAR = 31536000;

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-scale-form]")) return;
  event.preventDefault();
  const root = document.documentElement;
  const large = root.dataset.scale !== "large";
  if (large) root.dataset.scale = "large";
  else delete root.dataset.scale;
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  document.cookie = `scale=${large ? "large" : "normal"}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  document.querySelectorAll("[data-scale-form] button").forEach((button) => {
    button.value = large ? "normal" : "large";
    button.setAttribute("aria-pressed", String(large));
  });
  document.dispatchEvent(new CustomEvent("scalechange"));
});
