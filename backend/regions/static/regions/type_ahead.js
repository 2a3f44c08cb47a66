"use strict";
/* Choosing by typing: suggestions from the server, what is chosen in hidden inputs of the form. */
(() => {
  const PAUSE_MS = 200;

  function setUp(root) {
    if (root.dataset.ready) return;
    root.dataset.ready = "yes";
    const text = root.querySelector("[data-text]");
    const list = root.querySelector("[data-list]");
    const chosen = root.querySelector("[data-chosen]");
    const multiple = "multiple" in root.dataset;
    let results = [];
    let current = -1;
    let timer = 0;
    let asked = 0;

    const changed = () => text.dispatchEvent(new Event("change", { bubbles: true }));
    const has = (id) => [...chosen.querySelectorAll("input")].some((input) => input.value === id);

    function close() {
      list.hidden = true;
      text.setAttribute("aria-expanded", "false");
      text.removeAttribute("aria-activedescendant");
      current = -1;
    }

    function add(result) {
      if (!multiple) chosen.replaceChildren();
      if (!has(result.id)) {
        const item = document.createElement("li");
        const label = document.createElement("span");
        label.textContent = result.label;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.dataset.remove = "";
        remove.setAttribute("aria-label", `移除 ${result.label}`);
        remove.textContent = "×";
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = root.dataset.name;
        input.value = result.id;
        item.append(label, remove, input);
        chosen.append(item);
      }
      text.value = "";
      close();
      changed();
    }

    function mark(index) {
      current = index;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
      const item = list.children[index];
      if (!item) return;
      text.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }

    function show() {
      list.replaceChildren(
        ...results.map((result, index) => {
          const item = document.createElement("li");
          item.id = `${list.id}-${index}`;
          item.setAttribute("role", "option");
          const label = document.createElement("span");
          label.textContent = result.label;
          const hint = document.createElement("span");
          hint.className = "type-ahead__hint";
          hint.textContent = has(result.id) ? "已选" : result.hint || "";
          item.append(label, hint);
          item.addEventListener("mousedown", (event) => {
            event.preventDefault();
            add(result);
          });
          return item;
        }),
      );
      if (!results.length) {
        const none = document.createElement("li");
        none.className = "type-ahead__none";
        none.textContent = "没有找到";
        list.append(none);
      }
      list.hidden = false;
      text.setAttribute("aria-expanded", "true");
      mark(results.length ? 0 : -1);
    }

    async function ask() {
      const words = text.value.trim();
      const number = ++asked;
      if (!words) return close();
      const url = new URL(root.dataset.url, window.location.href);
      url.searchParams.set("q", words);
      try {
        const response = await fetch(url, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
        if (number !== asked) return undefined;
        results = response.ok ? (await response.json()).results : [];
        if (number === asked) show();
      } catch {
        close();
      }
      return undefined;
    }

    text.addEventListener("input", (event) => {
      event.stopPropagation();
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE_MS);
    });
    text.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        // Enter chooses; it never sends the form from here.
        event.preventDefault();
        if (!list.hidden && results[current]) add(results[current]);
      } else if (event.key === "Escape") {
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && results.length) {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark((current + step + results.length) % results.length);
      } else if (event.key === "Backspace" && !text.value && chosen.lastElementChild) {
        chosen.lastElementChild.remove();
        changed();
      }
    });
    text.addEventListener("blur", close);
    chosen.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (!button) return;
      button.closest("li").remove();
      text.focus();
      changed();
    });
  }

  const all = () => document.querySelectorAll("[data-type-ahead]").forEach(setUp);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
