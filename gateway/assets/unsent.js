// Linli: what a worker pressed while the network was away. It is kept on this
// telephone, shown as not sent, and sent once each when the line is back: the
// key of the press goes along, so that one that did arrive counts once. What
// cannot be done any more says why and waits for a person. It lies there as it
// was written: half a day at most, and gone when its worker signs out. A private
// note goes with the tab it was written in.
"use strict";

(() => {
  const list = document.getElementById("unsent");
  if (!list || !window.localStorage) return;
  const words = list.dataset;
  const KEEP = "linli.unsent";
  const lines = list.querySelector("ol");
  const fields = (body) => new URLSearchParams(body);

  const LONGEST = 12 * 60 * 60 * 1000;
  const fresh = (press) => Date.now() - press.kept < LONGEST && press.kept <= Date.now();
  const of = (store) => {
    try { return JSON.parse(store.getItem(KEEP) || "[]").filter(fresh); } catch { return []; }
  };
  const read = () => [...of(localStorage), ...of(sessionStorage)].sort((a, b) => a.kept - b.kept);
  // Only what this worker pressed: a telephone may be handed on.
  const mine = () => read().filter((press) => press.who === words.who);
  function write(change) {
    const all = change(read());
    for (const [store, passing] of [[localStorage, false], [sessionStorage, true]]) {
      const kept = all.filter((press) => press.path.endsWith("/note") === passing);
      if (kept.length) store.setItem(KEEP, JSON.stringify(kept)); else store.removeItem(KEEP);
    }
    draw();
  }
  const set = (id, values) => write((all) => all.map((press) => press.id === id ? { ...press, ...values } : press));
  const drop = (id) => write((all) => all.filter((press) => press.id !== id));

  function draw() {
    const all = mine();
    list.hidden = !all.length;
    lines.replaceChildren(...all.map((press) => {
      const line = document.createElement("li");
      const what = document.createElement("p");
      const name = document.createElement("strong");
      name.textContent = press.label;
      what.append(name, ` · ${press.at} · ${press.why ? words.refused : words.waiting}`);
      line.append(what);
      if (press.said) {
        const said = document.createElement("blockquote");
        said.textContent = press.said;
        line.append(said);
      }
      if (press.why) {
        const why = document.createElement("p");
        why.textContent = press.why;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button plain";
        button.textContent = words.drop;
        button.addEventListener("click", () => drop(press.id));
        line.append(why, button);
      }
      return line;
    }));
  }

  // --- Keeping ---------------------------------------------------------------

  document.addEventListener("linli:unsent", (event) => {
    const { form, data, button } = event.detail;
    const path = new URL(form.action).pathname;
    const found = path.match(/^\/worker\/r\/([^/]+)\/(act|note)$/);
    if (!found || !data.get("once")) return;
    const label = `${found[1]} ${(button?.textContent || "").trim()}`;
    const said = data.get("text") || data.get("private") || data.get("note") || "";
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const press = { id: data.get("once") + path, who: words.who, path, body: data.toString(), label, said, at, kept: Date.now() };
    try {
      write((all) => [...all.filter((other) => other.id !== press.id), press]);
    } catch {
      return; // No room: the page says that it was not sent, and keeps the words.
    }
    event.preventDefault();
  });

  // --- Sending, one after the other, in the order they were pressed ----------

  let busy = false;
  async function send() {
    if (busy) return;
    busy = true;
    let done = false;
    try {
      for (const press of mine().filter((press) => !press.why)) {
        const body = fields(press.body);
        // The page may have been drawn for another session since.
        body.set("token", words.token);
        const answer = await fetch(press.path, { method: "POST", body, headers: { "X-Fragment": "1" } });
        if (answer.ok) { drop(press.id); done = true; continue; }
        if (answer.status === 401) { list.querySelector("[data-enter]").hidden = false; return; }
        // Busy or away for a moment is no answer yet.
        if (answer.status === 429 || answer.status >= 500) return;
        const why = answer.headers.has("x-notice") ? await answer.text() : words.gone;
        set(press.id, { why });
      }
    } catch { /* still away */ } finally {
      busy = false;
      if (done) document.dispatchEvent(new CustomEvent("linli:sent"));
    }
  }

  // Whoever leaves takes along what they wrote; what was not sent is lost then.
  document.querySelector("form[action='/sign-out']")?.addEventListener("submit", (event) => {
    if (mine().length && !confirm(words.leave)) { event.preventDefault(); return; }
    write((all) => all.filter((press) => press.who !== words.who));
  });

  addEventListener("online", send);
  addEventListener("storage", draw);
  setInterval(() => { if (mine().some((press) => !press.why)) send(); }, 10000);
  // What grew old is not only not shown: it goes.
  write((all) => all);
  send();
})();
