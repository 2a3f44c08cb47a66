// Shows in the editor what the chosen kind of item has, and the facts of the chosen category of cases. Without this
// script everything shows, and what does not belong to the kind is left out when it is saved.
(() => {
  "use strict";

  const show = () => {
    const kind = document.getElementById("id_kind");
    const category = document.getElementById("id_case_category");
    if (!kind || !category) return;
    document.querySelectorAll("[class*='kind-']").forEach((panel) => {
      const wanted = [...panel.classList].filter((name) => name.startsWith("kind-"));
      if (wanted.length) panel.hidden = !wanted.includes(`kind-${kind.value}`);
    });
    document.querySelectorAll("[data-facts] [data-category]").forEach((group) => {
      group.hidden = group.dataset.category !== category.value;
    });
  };

  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("change", (event) => {
    if (["id_kind", "id_case_category"].includes(event.target.id)) show();
  });
})();
