// On phones the facets start closed, except where something is chosen, so that results come first.
export function start(root) {
  if (!window.matchMedia("(max-width: 767.98px)").matches) return;
  root.querySelectorAll("details.facet").forEach((facet) => {
    facet.open = Boolean(facet.querySelector("[aria-current]"));
  });
}
