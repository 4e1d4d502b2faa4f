// Linli: the pages' one script. Every form works without it; with it, forms are
// sent in place, lists stay fresh and chips count down. It draws nothing of its
// own: it asks the server for a fragment and puts that in.
"use strict";

(() => {
  const body = document.body;
  const words = body.dataset;
  const toast = document.getElementById("toast");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // --- Sentences -----------------------------------------------------------

  let toastTimer = 0;
  function say(text, onPress) {
    if (!toast) return;
    clearTimeout(toastTimer);
    toast.replaceChildren();
    if (onPress) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.addEventListener("click", () => { toast.hidden = true; onPress(); });
      toast.append(button);
    } else {
      toast.textContent = text;
      toastTimer = setTimeout(() => { toast.hidden = true; }, 6000);
    }
    toast.hidden = false;
  }

  // --- Time: the server's clock, which may run faster than this one ---------

  const speed = Number(words.speed) || 1;
  const started = performance.now();
  const serverStart = Number(words.now) || Date.now();
  const now = () => serverStart + (performance.now() - started) * speed;

  function span(millis) {
    const minutes = Math.floor(Math.abs(millis) / 60000);
    if (minutes === 0) return words.soon;
    if (minutes < 60) return words.minute.replace("{}", minutes);
    if (minutes < 2880) return words.hour.replace("{}", Math.floor(minutes / 60));
    return words.day.replace("{}", Math.floor(minutes / 1440));
  }

  function count() {
    const at = now();
    for (const time of document.querySelectorAll("time[data-due]")) {
      const left = Number(time.dataset.due) - at;
      const text = (left >= 0 ? words.left : words.late).replace("{}", span(left));
      if (time.textContent !== text) time.textContent = text;
      const chip = time.closest(".chip");
      if (!chip) continue;
      chip.classList.toggle("late", left < 0);
      chip.classList.toggle("soon", left >= 0 && left < 7200000);
      chip.classList.toggle("calm", left >= 7200000);
    }
  }
  setInterval(count, Math.max(1000, 20000 / speed));

  // --- Putting fragments in ------------------------------------------------

  const written = (root) => [...root.querySelectorAll("textarea, input:not([type=hidden]), select")].some((field) =>
    field === document.activeElement ||
    (field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT" ? field.value !== ""
      : field.value !== field.defaultValue));

  const atEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 160;

  function toEnd(smooth) {
    scrollTo({ top: document.documentElement.scrollHeight, behavior: smooth && !calm.matches ? "smooth" : "auto" });
  }

  // To the end, but never past the beginning of what was just answered. Where
  // nothing was said yet, that is the greeting.
  function toAnswer(region, smooth) {
    const greeted = region.querySelector(".line.mine") ? null : region.querySelector(".line");
    const first = region.querySelector(".line.fresh:not(.mine)") ?? greeted;
    const bars = (name) => document.querySelector(name)?.offsetHeight ?? 0;
    const room = innerHeight - bars(".bar") - bars(".composer");
    if (!first || region.getBoundingClientRect().bottom - first.getBoundingClientRect().top < room) { toEnd(smooth); return; }
    scrollTo({ top: scrollY + first.getBoundingClientRect().top - bars(".bar") - 12, behavior: smooth && !calm.matches ? "smooth" : "auto" });
  }

  // What a region shows, apart from keys that differ with every drawing. The
  // same again is not put in: it would swallow a press and be read out anew.
  const bare = (root) => root.innerHTML.replace(/(name="(?:token|once)" value=")[^"]*/g, "$1");
  const shown = new Map([...document.querySelectorAll("[data-live]")].map((region) => [region, bare(region)]));

  // How to find an element again after its region was drawn anew.
  function again(element) {
    const is = (name, from = element) => `[${name}=${JSON.stringify(from.getAttribute(name) ?? "")}]`;
    if (element.id) return is("id");
    if (element.tagName === "A") return `a${is("href")}`;
    if (element.tagName === "BUTTON" && element.name && element.form)
      return `form${is("action", element.form)} button${is("name")}${is("value")}`;
    return "";
  }

  // Swaps a live region. Parts in which somebody is writing stay as they are,
  // in their place, so that neither words nor the input method are disturbed.
  // `own`: the reader pressed a button here and wants the new state whole.
  function put(region, html, { own = false, refused = false } = {}) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const look = bare(fresh);
    if (!own && shown.get(region) === look) { count(); return; }
    const busy = own ? [] : [...region.querySelectorAll("[data-part]")].filter(written);
    if (busy.length) {
      shown.delete(region);
      for (const part of fresh.content.querySelectorAll("[data-part]")) {
        const old = document.getElementById(part.id);
        if (!old) continue;
        if (!busy.includes(old)) { old.replaceWith(part); continue; }
        // Told that it changed, the reader now acts on what is shown.
        const version = refused && part.querySelector("input[name=version]");
        if (version) for (const field of old.querySelectorAll("input[name=version]")) field.value = version.value;
      }
      count();
      return;
    }
    if (!own && written(region)) {
      say(words.fresh, () => refresh(region, { own: true }));
      return;
    }
    const stick = "stick" in region.dataset && (own || atEnd());
    const known = new Set([...region.querySelectorAll("[id^='b-']")].map((line) => line.id));
    const open = own ? [] : [...region.querySelectorAll("details[open][id]")].map((d) => d.id);
    const had = region.contains(document.activeElement);
    const same = had && again(document.activeElement);
    region.replaceChildren(fresh.content);
    shown.set(region, look);
    // News must not take the button away from under somebody's finger.
    if (same) region.querySelector(same)?.focus({ preventScroll: true });
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    // A pressed button that went away must not throw a keyboard reader to the top.
    if (had && !region.contains(document.activeElement)) { region.tabIndex = -1; region.focus({ preventScroll: true }); }
    for (const line of region.querySelectorAll("[id^='b-']")) {
      if (known.size && !known.has(line.id)) line.classList.add("fresh");
    }
    readOut(region.querySelectorAll(".line.fresh:not(.mine) .bubble"));
    if (stick) toAnswer(region, known.size > 0);
    count();
  }

  // The region was drawn anew, which a screen reader would read from the start:
  // only what is new is read out, from a log of its own.
  const heard = document.getElementById("heard");
  function readOut(bubbles) {
    for (const bubble of heard ? bubbles : []) {
      const line = document.createElement("p");
      line.textContent = [...bubble.querySelectorAll("p, .call")].map((part) => part.textContent.trim()).join(" ");
      heard.append(line);
    }
  }

  const asked = new Map();
  async function refresh(region, how) {
    const turn = (asked.get(region) || 0) + 1;
    asked.set(region, turn);
    try {
      const answer = await fetch(region.dataset.live, { headers: { "X-Fragment": "1" }, cache: "no-store" });
      if (answer.status === 401 || answer.status === 404) { location.reload(); return; }
      // A later answer than this one is on its way or already there.
      if (!answer.ok || asked.get(region) !== turn) return;
      put(region, await answer.text(), how);
    } catch { /* the stream says when the line is back */ }
  }

  // --- Live hints ----------------------------------------------------------

  const region = document.querySelector("[data-events]");
  let source = null, retry = 0, sleep = 0, lost = false;

  // What is shown may be old while the line is down.
  const waits = (is) => { for (const live of document.querySelectorAll("[data-live]")) live.ariaBusy = is ? "true" : null; };
  const news = () => { for (const live of document.querySelectorAll("[data-live]")) refresh(live); };

  function listen() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(region.dataset.events);
    source.addEventListener("open", () => {
      const again = lost;
      if (lost && toast) toast.hidden = true;
      lost = false;
      waits(false);
      // What happened between drawing the page and now. A quiet region is
      // told by the stream itself, because reading it goes on record.
      if (again || !("quiet" in region.dataset)) news();
    });
    source.addEventListener("hint", news);
    source.addEventListener("error", () => {
      if (!lost && source.readyState === EventSource.CLOSED) say(words.offline);
      lost = true;
      waits(true);
      // Anything but 200 ends a stream for good: begin a new one ourselves.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(listen, 3000 + Math.random() * 2000);
    });
  }

  if (region && "EventSource" in window) {
    listen();
    // A browser keeps six lines per host: a page long out of sight gives its back.
    document.addEventListener("visibilitychange", () => {
      clearTimeout(sleep);
      if (document.hidden) {
        sleep = setTimeout(() => { source?.close(); source = null; clearTimeout(retry); }, 300000);
      } else if (!source) {
        listen();
      }
    });
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
    addEventListener("pagehide", () => { source?.close(); source = null; });
  }

  // --- Sending forms in place ----------------------------------------------

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-hide]")) { leave(event, form); return; }
    const target = form.dataset.send && document.querySelector(form.dataset.send);
    if (!target) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const button = event.submitter;
    const data = new URLSearchParams(new FormData(form));
    if (button?.name) data.set(button.name, button.value);
    if (button) button.disabled = true;
    const pressed = (button?.textContent ?? "").trim();
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Fragment": "1" } });
      const away = answer.headers.get("x-leave");
      if (away) { location.replace(away); return; }
      const go = answer.headers.get("x-go");
      if (go) { location.assign(go); return; }
      if (answer.ok) {
        asked.set(target, (asked.get(target) || 0) + 1);
        const lines = await answer.text();
        if (answer.headers.has("x-kept")) wait(target, lines);
        else put(target, lines, { own: true });
        form.querySelectorAll("textarea").forEach((field) => { field.value = ""; });
        // The next click is another one.
        if (form.isConnected) anew(form);
        // What a press changed may be off the screen, or gone from the list.
        if ("tell" in target.dataset && button) say(words.done.replace("{}", button.textContent.trim()));
        else if (toast) toast.hidden = true;
      } else if (answer.headers.has("x-told")) {
        // Not taken, and yet there is something to know at once.
        wait(target, await answer.text());
      } else if (answer.status === 401) {
        location.reload();
      } else {
        say(answer.headers.has("x-notice") ? await answer.text() : words.failed);
        if (answer.status === 409) refresh(target, { refused: true });
      }
    } catch {
      // The same key is sent again, so a message that did arrive counts once.
      const detail = { form, data, button };
      if (document.dispatchEvent(new CustomEvent("linli:unsent", { detail, cancelable: true }))) { say(words.failed); return; }
      // It is kept and shown; the next press is another one.
      say(words.kept.replace("{}", pressed));
      form.querySelectorAll("textarea").forEach((field) => { field.value = ""; });
      anew(form);
    } finally {
      delete form.dataset.busy;
      if (button) button.disabled = false;
    }
  });

  // The store is away: what was said and its answer stand below what is shown.
  function wait(target, lines) {
    target.querySelector("#end")?.remove();
    shown.delete(target);
    target.insertAdjacentHTML("beforeend", lines);
    target.querySelector("#end")?.scrollIntoView();
  }

  // The next press of a form is another one.
  function anew(form) {
    const once = form.elements.once;
    if (once) once.value = [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
  }

  // What waited for the network was sent.
  document.addEventListener("linli:sent", () => {
    for (const region of document.querySelectorAll("[data-live]")) refresh(region);
  });

  // Leaves without a trace in the history of this tab.
  function leave(event, form) {
    event.preventDefault();
    const away = () => location.replace("/today");
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true }).then(away, away);
  }

  // --- Being asked once more ------------------------------------------------

  // Asks over the page: the rest waits behind it, Escape leaves, and the focus
  // goes back to what was pressed.
  function ask(opener, parts, name, over) {
    const dialog = document.createElement("dialog");
    dialog.className = "ask";
    if (name) dialog.ariaLabel = name;
    else dialog.setAttribute("aria-labelledby", "sure-title");
    dialog.append(...parts);
    dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close]")) return;
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => { over?.(); dialog.remove(); opener.focus(); });
    body.append(dialog);
    dialog.showModal();
  }

  document.addEventListener("click", async (event) => {
    const opener = event.target.closest?.("a[data-ask], .sure > summary");
    if (!opener || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    if (opener.tagName === "A") {
      try {
        const answer = await fetch(opener.href, { headers: { "X-Fragment": "1" }, cache: "no-store" });
        if (!answer.ok || answer.redirected) { location.assign(opener.href); return; }
        const part = document.createElement("template");
        part.innerHTML = await answer.text();
        ask(opener, [part.content]);
      } catch { location.assign(opener.href); }
      return;
    }
    // The question stands on the page already, folded up.
    const form = opener.parentElement.querySelector("form");
    const name = opener.textContent.trim();
    const title = document.createElement("h2");
    title.textContent = name;
    const leave = document.createElement("button");
    leave.type = "button";
    leave.className = "button plain";
    leave.dataset.close = "";
    leave.textContent = words.leave;
    leave.autofocus = true;
    form.append(leave);
    ask(opener, [title, form], name, () => { leave.remove(); opener.after(form); });
  });

  // --- What a form says so far ----------------------------------------------

  // A form that is one sentence is told as it is filled in, in the server's words.
  let saying = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-say]");
    if (!form) return;
    clearTimeout(saying);
    saying = setTimeout(async () => {
      const data = new URLSearchParams(new FormData(form));
      data.set("do", form.dataset.say);
      try {
        const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Fragment": "1" } });
        if (answer.ok) form.querySelector("output").textContent = await answer.text();
      } catch { /* it is told once the form is saved */ }
    }, 250);
  });

  // --- Small comforts ------------------------------------------------------

  // Enter sends where there is a real keyboard; composing Chinese is left alone.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (field.tagName !== "TEXTAREA" || !field.closest(".write") || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    if (field.value.trim()) field.form.requestSubmit();
  });

  // Where somebody is, if they press for it; without the script it is typed.
  const place = document.querySelector("form[data-place]");
  if (place && navigator.geolocation) {
    place.hidden = false;
    const button = place.querySelector("button");
    button.addEventListener("click", () => {
      button.disabled = true;
      const found = ({ coords }) => {
        button.disabled = false;
        place.elements.lat.value = coords.latitude.toFixed(5);
        place.elements.lon.value = coords.longitude.toFixed(5);
        place.requestSubmit();
      };
      const failed = () => { button.disabled = false; say(button.dataset.failed); };
      navigator.geolocation.getCurrentPosition(found, failed, { timeout: 15000, maximumAge: 60000 });
    });
  }

  // A link to an act opens its form.
  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.tagName === "DETAILS") {
      target.open = true;
      target.querySelector("textarea, input:not([type=hidden]), select")?.focus();
    }
  }
  addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#act-']");
    if (link && link.getAttribute("href") === location.hash) openTarget();
  });
  openTarget();

  const sticks = document.querySelector("[data-stick]");
  if (sticks) toAnswer(sticks, false);

  // The conversation begins by itself on the first visit.
  document.querySelector("form[data-start]")?.requestSubmit(document.querySelector("form[data-start] button"));

  // A sign-in link: the secret goes from the address into the form, and out of
  // the history. Nothing is spent until the button is pressed.
  const link = document.querySelector("form[data-link]");
  function takeLink() {
    if (location.hash.length < 2) return;
    // Somebody with a link needs neither password nor code.
    link.closest("details")?.setAttribute("open", "");
    document.querySelector("form[data-account]")?.setAttribute("hidden", "");
    link.elements.link.value = decodeURIComponent(location.hash.slice(1));
    link.elements.link.type = "hidden";
    link.querySelector("[data-paste]").hidden = true;
    // `?now`: whoever printed this link knows that nobody looks at it beforehand.
    const now = location.search === "?now";
    history.replaceState(null, "", location.pathname);
    if (now) link.requestSubmit();
  }
  if (link) { takeLink(); addEventListener("hashchange", takeLink); }
})();
