"use strict";
// The page works without this. It adds keys, and sends forms so that a lost server loses nothing that was filled in.
const find = (selector) => document.querySelector(selector);
const lost = "Not saved: the server is gone. What you filled in stays here; start `grader review` again, open the new address and settle it there.";

function say(words) {
  const place = find("#lost");
  place.textContent = words;
  place.hidden = !words;
}

async function show(request, address) {
  let answer;
  try {
    answer = await request;
  } catch {
    say(address ? "The server is gone: start `grader review` again and open the new address." : lost);
    return;
  }
  if (!(answer.headers.get("content-type") || "").startsWith("text/html")) {
    say(`${address ? "Not shown" : "Not saved"}: ${(await answer.text()).slice(0, 200)}`);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  const open = find("#help").open;
  document.body.replaceWith(document.adoptNode(page.body));
  find("#help").open = open;
  // A page that came back from a form (it could not be saved) keeps its address; else reloading would ask for nothing.
  if (answer.ok && answer.url !== location.href) history.pushState(null, "", answer.url);
  find("#main").focus();
  scrollTo(0, 0);
  sum();
}

function sum() {
  const form = find("#settle"), told = find("#sum");
  if (!form || !told) return;
  const best = new Map();
  for (const box of form.querySelectorAll("input[name=item]:checked")) {
    const value = Number(box.dataset.value), group = box.dataset.group;
    best.set(group, best.has(group) ? Math.max(best.get(group), value) : value);
  }
  const all = [...best.values()].reduce((one, other) => one + other, 0);
  told.textContent = best.size ? `(${Math.floor(Math.min(Math.max(all, 0), Number(form.dataset.most)) + 0.5)})` : "";
}

// A setting changes the page round what was filled in, and loses none of it.
function fill(form, filled) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = filled.getAll(field.name).includes(field.value);
    else field.value = filled.get(field.name) ?? "";
  }
}

let sending = false;
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  say("");
  const form = event.target, before = find("#settle");
  const filled = before && form.getAttribute("action") === "/settings" ? new FormData(before) : null;
  try {
    await show(fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }), "");
    const after = find("#settle");
    if (filled && after && after !== before && after.getAttribute("action") === before.getAttribute("action")) {
      fill(after, filled);
      sum();
    }
  } finally {
    sending = false;
  }
});
document.addEventListener("change", (event) => {
  if (event.target.name === "item") {
    const by = find("#settle input[value=items]");
    if (by) by.checked = true;
    sum();
  }
});
addEventListener("popstate", () => show(fetch(location.href), location.href));

function go(selector) {
  const link = find(selector);
  if (link) show(fetch(link.href), link.href);
}

function digit(key, points) {
  const form = find("#settle");
  if (!form) return;
  if (key !== "0" && !points && form.dataset.digits === "items") {
    form.querySelector(`input[data-key="${key}"]`)?.click();
    return;
  }
  const radio = form.querySelector(`input[name=points][value="${key}"]`);
  if (!radio) return;
  for (const box of form.querySelectorAll("input[name=item]:checked")) box.checked = false;
  radio.checked = true;
  sum();
}

function all() {
  const form = find("#settle");
  if (!form) return;
  if (form.dataset.digits === "items") {
    for (const box of form.querySelectorAll("input[name=item]")) if (box.checked !== Number(box.dataset.value) >= 0) box.click();
  } else digit(form.dataset.most, true);
}

const KEYS = {
  Enter: () => (find("#settle") ? find("#settle").requestSubmit() : go("#waits")),
  a: all,
  j: () => go("#after"),
  k: () => go("#before"),
  w: () => go("#waits"),
  u: () => find("#undo").form.requestSubmit(),
  c: () => find("#comment")?.focus(),
  b: () => find("#bank")?.focus(),
  e: () => find("#turn-marks").form.requestSubmit(),
  p: () => find("#turn-digits").form.requestSubmit(),
  "?": () => { const help = find("#help"); help.open = !help.open; if (help.open) help.scrollIntoView(); },
};

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.altKey || event.metaKey || event.isComposing) return;
  const at = event.target;
  if (at.matches("textarea, select")) {
    if (event.key === "Escape") find("#main").focus();
    else if (event.key === "Enter" && (event.ctrlKey || at.matches("select"))) KEYS.Enter();
    else return;
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || (event.key === "Enter" && at.closest("a, button, summary"))) return;
  if (event.repeat && event.key === "Enter") return;
  // Where Shift makes another sign of a digit's key, the two together give points whatever the digits do.
  const shifted = event.shiftKey && /^Digit[0-9]$/.test(event.code) ? event.code.at(-1) : "";
  if (/^[0-9]$/.test(event.key)) digit(event.key, false);
  else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else if (shifted) digit(shifted, true);
  else return;
  event.preventDefault();
});
sum();
