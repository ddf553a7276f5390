/* 待拟办 by keyboard: the next item is fetched ahead, so that Enter shows it at once while the decision is saved behind. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  var page = document.getElementById("review");
  var box = document.getElementById("item"), told = document.getElementById("told"), held = document.getElementById("held");
  var finder = document.getElementById("finder"), find = document.getElementById("find"), found = document.getElementById("found");
  var help = document.getElementById("help");
  var query = page.dataset.query, ahead = null, sending = Promise.resolve(), unsaved = [], leaving = false, choose = null;

  function shown() { var item = box.querySelector("[data-item]"); return item ? item.dataset.item : ""; }
  function form() { return box.querySelector("form[data-decide]"); }

  function ask(address, body) {
    return fetch(address, { method: body === undefined ? "GET" : "POST", body: body, headers: { "HX-Request": "true" } }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error(answer.redirected ? "401" : String(answer.status)); }
      return answer.text();
    });
  }

  function fetchAhead() {
    var without = unsaved.concat(shown()).filter(Boolean);
    var address = "/review/next" + query + (query ? "&" : "?") + without.map(function (one) { return "without=" + one; }).join("&");
    ahead = ask(address);
    ahead.catch(function () { ahead = null; });
    return ahead;
  }

  function show(html) {
    htmx.swap(box, html, { swapStyle: "innerHTML" });
    box.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    opened();
    var id = shown();
    held.textContent = "";
    if (id) {
      ask("/review/" + id + "/hold", new FormData()).then(function (words) { if (shown() === id) { held.innerHTML = words; } }).catch(function () {});
    }
  }

  function opened() {
    if (!form()) { return; }
    coNames();
    var split = box.querySelector("details[data-suggested]");
    if (split) { split.querySelector("summary").classList.add("tag", "soon"); }
  }

  function say(words) {
    var line = document.createElement("li");
    line.className = "bad";
    line.textContent = words;
    told.prepend(line);
  }

  function tell(html) {
    told.querySelectorAll("li.bad").forEach(function (one) { one.remove(); });
    htmx.swap(told, html, { swapStyle: "afterbegin" });
    while (told.children.length > 20) { told.lastElementChild.remove(); }
    count();
    return !told.querySelector("li.bad");
  }

  function count() {
    var entry = document.querySelector(".side a[aria-current] span"), figures = document.getElementById("figures");
    if (entry && figures && !query) { entry.textContent = figures.dataset.waiting; }
  }

  /* Decisions are sent one after the other; one that cannot be sent is offered again and keeps the page from being left. */
  function send(id, address, body) {
    unsaved.push(id);
    var done = function () { unsaved.splice(unsaved.indexOf(id), 1); };
    sending = sending.then(function () { return ask(address, body).then(tell); }).then(function (well) { done(); return well; }, function (error) {
      var line = document.createElement("li"), again = document.createElement("button");
      line.className = "bad";
      line.textContent = error.message === "401" ? "没有保存：登录已过期。请在新窗口登录后回来点" : "没有保存：网络或服务暂时不通，您填的还在。";
      again.className = "btn btn-plain btn-sm";
      again.textContent = "再试一次";
      again.addEventListener("click", function () { line.remove(); done(); send(id, address, body); });
      line.append(again);
      told.prepend(line);
      return false;
    });
    return sending;
  }

  function leave(address, body) {
    var id = shown();
    if (leaving || !id) { return; }
    leaving = true;
    performance.mark("leave");
    var next = ahead || fetchAhead();
    send(id, address, body);
    next.then(function (html) {
      show(html);
      performance.measure("wait", "leave");
      leaving = false;
      fetchAhead();
    }).catch(function () { leaving = false; say("没有取到下一件，请检查网络后按 F5 刷新"); });
  }

  function accept() {
    var filled = form();
    if (!filled) { return; }
    if (!filled.querySelector("[name=dispositions]:checked")) {
      say("请先选去向，再确认");
      filled.querySelector("[name=dispositions]").focus();
      return;
    }
    leave(filled.getAttribute("action"), new FormData(filled));
  }

  function skip() {
    var button = box.querySelector("[data-skip]");
    if (button) { leave(button.getAttribute("formaction"), new FormData()); }
  }

  function open(id) {
    ask("/review/" + id + query).then(function (html) { show(html); fetchAhead(); }).catch(function () { say("这一件打不开，可能已不在待拟办中"); });
  }

  function undo(chosen) {
    sending.then(function () {
      var taking = chosen && chosen.isConnected ? chosen : told.querySelector("form[data-undo]");
      if (!taking) { say("没有可以撤销的"); return; }
      var line = taking.closest("li"), id = line.dataset.of;
      line.remove();
      send(id, taking.getAttribute("action"), new FormData(taking)).then(function (well) {
        if (well) { open(id); } else { told.append(line); }
      });
    });
  }

  function take(radio) {
    var filled = form();
    radio.checked = true;
    filled.filled_for.value = radio.value;
    filled.filled_lead.value = radio.dataset.lead;
    filled.other.value = "";
    filled.department.value = radio.dataset.lead;
    pick(filled.co_departments.options, radio.dataset.co.split(" "));
    filled.mode.value = radio.dataset.mode;
    filled.querySelectorAll("[name=dispositions]").forEach(function (one) {
      one.checked = radio.dataset.dispositions.split(" ").indexOf(one.value) >= 0;
    });
    coNames();
  }

  function pick(options, values) {
    Array.from(options).forEach(function (one) { one.selected = values.indexOf(one.value) >= 0; });
  }

  function coNames() {
    var names = Array.from(form().co_departments.selectedOptions, function (one) { return one.textContent; });
    box.querySelector("[data-co-names]").textContent = names.join("、") || "无";
  }

  /* A department of the district can be handed work; one above it is reported to. */
  function department() {
    var filled = form(), option = filled.department.selectedOptions[0];
    var handed = Boolean(option.value) && option.hasAttribute("data-dispatchable");
    filled.querySelector("[value=department]").checked = handed;
    filled.querySelector("[value=report_city]").checked = Boolean(option.value) && !handed;
  }

  function otherTheme(theme) {
    var id = shown(), same = form().querySelector("[name=theme][value='" + theme + "']");
    if (same) { take(same); box.focus(); return; }
    ask("/review/" + id + "/theme?theme=" + theme).then(function (html) {
      if (shown() !== id) { return; }
      var place = form().querySelector(".candidates"), before = place.querySelector("[data-number=other]");
      if (before) { before.closest("label").remove(); }
      htmx.swap(place, html, { swapStyle: "beforeend" });
      take(place.querySelector("[data-number=other]"));
      box.focus();
    }).catch(function () { say("没有取到这个主题的承办单位，请再试一次"); });
  }

  function openFinder(list, name, then) {
    if (!form()) { return; }
    choose = then;
    finder.querySelector("label").textContent = name;
    found.dataset.list = list;
    find.value = "";
    finder.hidden = false;
    filter();
    find.focus();
  }

  function closeFinder() { finder.hidden = true; box.focus({ preventScroll: true }); }

  function filter() {
    var typed = find.value.trim().toLowerCase().replace(/[\s']/g, "");
    var options = Array.from(document.querySelectorAll("#" + found.dataset.list + " li"));
    var rank = function (one) {
      if (!typed || one.dataset.initials.indexOf(typed) === 0) { return 0; }
      if (one.firstChild.textContent.indexOf(typed) >= 0) { return 1; }
      if (one.dataset.spelling.indexOf(typed) === 0) { return 2; }
      return one.dataset.initials.indexOf(typed) > 0 || one.dataset.spelling.indexOf(typed) > 0 ? 3 : 9;
    };
    var kept = options.filter(function (one) { return rank(one) < 9; }).sort(function (a, b) { return rank(a) - rank(b); });
    found.replaceChildren.apply(found, kept.map(function (one, number) {
      var copy = one.cloneNode(true);
      copy.id = "found-" + number;
      return copy;
    }));
    if (!kept.length) { found.textContent = "没有找到，换个字或首字母试试"; }
    select(found.firstElementChild);
  }

  function select(option) {
    found.querySelectorAll("[aria-selected]").forEach(function (one) { one.removeAttribute("aria-selected"); });
    find.removeAttribute("aria-activedescendant");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      find.setAttribute("aria-activedescendant", option.id);
    }
  }

  function finish(option) {
    if (!option) { return; }
    var value = option.dataset.value, then = choose;
    closeFinder();
    then(value);
  }

  function findTheme() { openFinder("themes", "查找主题", otherTheme); }
  function findDepartment() {
    openFinder("departments", "换承办单位（主办）", function (value) { form().department.value = value; department(); });
  }

  function toggleHelp() {
    help.hidden = !help.hidden;
    (help.hidden ? box : help).focus({ preventScroll: true });
  }

  function openSplit() {
    var part = box.querySelector("details.split");
    if (part) { part.open = true; part.scrollIntoView({ block: "nearest" }); part.querySelector("textarea").focus(); }
  }

  function going() { var first = box.querySelector("[name=dispositions]"); if (first) { first.focus(); } }

  function number(key) {
    return function () { var radio = box.querySelector("[data-number='" + key + "']"); if (radio) { take(radio); } };
  }

  var keys = {
    "1": number("1"), "2": number("2"), "3": number("3"), "/": findTheme, "、": findTheme, "g": going, "d": findDepartment,
    "m": openSplit, "s": skip, "z": function () { undo(null); }, "?": toggleHelp, "？": toggleHelp
  };

  function inText(target) {
    return target.matches("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])");
  }

  function handled(event) { event.preventDefault(); event.stopImmediatePropagation(); }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (!finder.hidden) { finderKey(event); return; }
    if (event.key === "Escape") {
      if (!help.hidden) { toggleHelp(); } else if (box.contains(event.target)) { box.focus({ preventScroll: true }); }
      return;
    }
    if (inText(event.target) || event.repeat) { return; }
    if (event.key === "Enter") {
      if (!event.target.closest("a, button, summary")) { handled(event); accept(); }
      return;
    }
    if (event.target.name === "dispositions" && /^Arrow/.test(event.key)) { handled(event); step(event.target, event.key); return; }
    var act = keys[event.key.toLowerCase()];
    if (act) { handled(event); act(); }
  }, true);

  function step(from, key) {
    var all = Array.from(box.querySelectorAll("[name=dispositions]"));
    var place = all.indexOf(from) + (key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1);
    all[(place + all.length) % all.length].focus();
  }

  function finderKey(event) {
    var chosen = found.querySelector("[aria-selected]");
    if (event.key === "Escape") { handled(event); closeFinder(); }
    if (event.key === "Enter") { handled(event); finish(chosen); }
    if (event.key === "Tab") { handled(event); }
    if (chosen && event.key === "ArrowDown") { handled(event); select(chosen.nextElementSibling || found.firstElementChild); }
    if (chosen && event.key === "ArrowUp") { handled(event); select(chosen.previousElementSibling || found.lastElementChild); }
  }

  find.addEventListener("input", filter);
  found.addEventListener("mousedown", function (event) { event.preventDefault(); finish(event.target.closest("[data-value]")); });
  document.addEventListener("click", function (event) {
    if (!finder.hidden && !finder.contains(event.target) && !event.target.closest("[data-key]")) { closeFinder(); }
    var key = event.target.closest("[data-key]"), link = event.target.closest("[data-open]"), skipping = event.target.closest("[data-skip]");
    if (key) { keys[key.dataset.key](); }
    if (link) { event.preventDefault(); open(link.closest("li").dataset.of); link.closest("li").remove(); }
    if (skipping) { event.preventDefault(); skip(); }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("#item [name=theme]")) { take(event.target); }
    if (event.target.matches("#item [name=department]")) { department(); }
    if (event.target.matches("#item [name=co_departments]")) {
      coNames();
      if (form().mode.value === "single") { form().mode.value = ""; }
    }
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("[data-decide]")) { event.preventDefault(); accept(); }
    if (event.target.matches("[data-undo]")) { event.preventDefault(); undo(event.target); }
    if (event.target.matches("[data-split]")) { event.preventDefault(); split(event.target); }
  });

  /* What was split comes next by itself; when it is refused, nothing that was written is lost. */
  function split(written) {
    send(shown(), written.getAttribute("action"), new FormData(written)).then(function (well) {
      if (well) { fetchAhead().then(function (html) { show(html); fetchAhead(); }); }
    });
  }

  window.addEventListener("beforeunload", function (event) {
    var typed = Array.from(box.querySelectorAll("textarea, input[name=matter_title], input[name=reason]")).some(function (one) {
      return one.value !== one.defaultValue;
    });
    if (unsaved.length || typed) { event.preventDefault(); }
  });
  opened();
  if (shown()) { fetchAhead(); }
})();
