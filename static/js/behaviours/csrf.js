// Gives htmx and fetch the CSRF token of the page.
export function token() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  const field = document.querySelector('input[name="csrfmiddlewaretoken"]');
  return meta ? meta.content : field ? field.value : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});
