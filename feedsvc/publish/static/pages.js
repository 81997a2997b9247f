"use strict";
// What the pages do by themselves beyond HTML: copy addresses, open feeds in readers, follow what is typed.
// Without it everything is still reached by links and buttons.
(() => {
  const wait = 300;
  const say = (element, text) => {
    const before = element.textContent;
    element.textContent = text;
    setTimeout(() => { element.textContent = before; }, 1600);
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  const readers = (address) => {
    const encoded = encodeURIComponent(address);
    return [["The reader on this device", `feed:${address}`], ["Feedly", `https://feedly.com/i/subscription/feed%2F${encoded}`],
      ["Inoreader", `https://www.inoreader.com/?add_feed=${encoded}`], ["NewsBlur", `https://www.newsblur.com/?url=${encoded}`]];
  };
  const openIn = (button, address) => {
    const old = document.querySelector("details.menu.passing");
    const list = document.createElement("details");
    list.className = "menu passing";
    list.open = true;
    list.innerHTML = "<summary class=unseen>Open in</summary><ul></ul>";
    for (const [name, href] of readers(address)) {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = name;
      const item = document.createElement("li");
      item.append(link);
      list.lastChild.append(item);
    }
    const again = old && old.previousElementSibling === button;
    if (old) old.remove();
    button.setAttribute("aria-expanded", String(!again));
    if (!again) button.after(list);
  };
  const button = (label, name) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.setAttribute("aria-label", `${label}: ${name}`);
    return made;
  };
  const prepare = (root) => {
    for (const hidden of root.querySelectorAll("button[data-copy][hidden]")) hidden.hidden = false;
    for (const time of root.querySelectorAll("time[data-ago]")) {
      const minutes = Math.round((Date.now() - Date.parse(time.dateTime)) / 60000);
      if (!time.title) time.title = time.textContent;
      const [number, unit] = minutes < 90 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
      time.textContent = new Intl.RelativeTimeFormat("en", {numeric: "auto"}).format(-number, unit);
    }
    for (const get of root.querySelectorAll(".get:not(.ready)")) {
      get.classList.add("ready");
      const feed = get.querySelector("a[data-feed]");
      const name = get.closest("li, section").querySelector(".name").textContent;
      const copying = button("Copy", name), opening = button("Open in …", name);
      copying.addEventListener("click", async () => say(copying, await copy(feed.href) ? "Copied" : "Press Ctrl+C"));
      opening.addEventListener("click", () => openIn(opening, feed.href));
      get.append(copying, opening);
    }
  };
  document.addEventListener("click", async (event) => {
    const copying = event.target.closest("button[data-copy]");
    if (copying) {
      const field = document.getElementById(copying.dataset.copy);
      field.select();
      say(copying, await copy(field.value) ? "Copied" : "Press Ctrl+C");
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) && !menu.classList.contains("passing")) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    if (menu.classList.contains("passing")) { menu.previousElementSibling.focus(); menu.remove(); return; }
    menu.open = false;
    menu.firstElementChild.focus();
  });
  // A form with data-live is asked again while it is filled: what has an id in the answer takes its place here.
  for (const form of document.querySelectorAll("form[data-live]")) {
    let timer = 0, turn = 0;
    const follow = async () => {
      const own = ++turn;
      const fields = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (value.trim()) fields.append(name, value);
      const answer = await fetch(`${form.dataset.live}?${fields}`, {headers: {Accept: "text/html"}});
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (own !== turn) return;
      for (const part of page.querySelectorAll("[data-part]")) {
        const place = document.getElementById(part.id);
        if (place) { place.replaceChildren(...part.childNodes); prepare(place); }
      }
      for (const stale of document.querySelectorAll("[data-stale]")) stale.hidden = true;
      for (const word of form.querySelectorAll("[aria-describedby]")) {
        const mistake = document.getElementById(word.getAttribute("aria-describedby").split(" ").pop());
        word.setAttribute("aria-invalid", String(Boolean(mistake.textContent.trim())));
      }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(follow, wait); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
  }
  prepare(document);
})();
