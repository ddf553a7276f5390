/* The list and what stands beside it. Without scripts a row is a link to the same page with the item open. */
(function () {
  "use strict";
  var split = document.querySelector(".split");
  if (!split) { return; }
  function mark(row) {
    split.querySelectorAll("tr.here").forEach(function (one) { one.classList.remove("here"); });
    if (row) { row.classList.add("here"); }
  }
  function links() { return Array.from(split.querySelectorAll("a[data-open]")); }
  document.addEventListener("click", function (event) {
    var row = event.target.closest("table.items tbody tr");
    if (row && !event.target.closest("a, input, button, label")) { row.querySelector("a[data-open]").click(); }
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      split.classList.remove("open");
      document.getElementById("detail").textContent = "";
      window.history.replaceState(null, "", event.target.closest("[data-close]").getAttribute("href"));
      mark(null);
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) { return; }
    var step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step) { return; }
    var all = links(), here = all.findIndex(function (one) { return one.closest("tr").classList.contains("here"); });
    var next = all[Math.max(0, Math.min(all.length - 1, here + step))];
    if (next) { event.preventDefault(); next.focus(); next.click(); }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "detail") { return; }
    split.classList.add("open");
    var opened = event.detail.target.querySelector("[data-item]");
    mark(opened && document.getElementById("row-" + opened.getAttribute("data-item")));
  });
  /* What is typed beside the list is kept after a pause, and when another row is opened or the page is left. */
  var typing = null, timer = 0;
  function written() {
    var fields = window.minyiDraft.fields(typing);
    fields.append("action", typing.getAttribute("action").split("/").pop());
    return fields;
  }
  function place() { return "/items/" + typing.closest("[data-item]").getAttribute("data-item") + "/draft"; }
  function keep() {
    var form = typing;
    clearTimeout(timer);
    if (!form || !form.isConnected) { return; }
    window.minyiDraft.keep(place(), written(), form.querySelector("[data-draft]")).then(function (well) {
      if (well && typing === form) { typing = null; document.dispatchEvent(new Event("minyi:kept")); }
    });
  }
  document.addEventListener("input", function (event) {
    var form = event.target.closest("#detail form[data-main]");
    if (!form) { return; }
    if (typing && typing !== form) { keep(); }
    typing = form;
    clearTimeout(timer);
    timer = setTimeout(keep, 800);
  });
  document.addEventListener("submit", function () { clearTimeout(timer); typing = null; });
  document.addEventListener("htmx:beforeSwap", function (event) { if (event.detail.target.id === "detail") { keep(); } });
  window.addEventListener("pagehide", function () { if (typing && typing.isConnected) { navigator.sendBeacon(place(), written()); } });
  document.addEventListener("change", function (event) {
    var target = event.target.getAttribute("data-template");
    if (!target || !event.target.value) { return; }
    var box = document.getElementById(target);
    box.value = box.value.trim() ? box.value + "\n" + event.target.value : event.target.value;
    event.target.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
})();
