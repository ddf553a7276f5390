/* Forms that send something: whether the service can be reached is asked first, so that no error page of the browser takes
   the place of what was typed. What cannot be sent stays, with a button to try again; a second press sends nothing twice. */
(function () {
  "use strict";
  var PATIENCE = 8000, HINT = 500, PRESSED = 2000;
  var passing = null, busy = new Set(), bar = null;

  /* Those of 待拟办 are sent by their page, which offers them again by itself. */
  function sends(form) {
    return (form.getAttribute("method") || "").toLowerCase() === "post" && !form.matches("[data-decide], [data-undo], [data-split]");
  }

  /* A page that was made for somebody who is signed in needs them to be so still; leaving needs nobody. */
  function needsPerson(form) {
    return form.getAttribute("action") !== "/sign-out" && document.querySelector('form[action="/sign-out"]') !== null;
  }

  function ask() {
    var patience = new AbortController();
    setTimeout(function () { patience.abort(); }, PATIENCE);
    return fetch("/signed-in", { redirect: "manual", cache: "no-store", signal: patience.signal }).then(function (answer) {
      if (answer.type === "opaqueredirect") { return false; }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return true;
    });
  }

  function clear() { if (bar) { bar.remove(); bar = null; } }

  function tell(words, more) {
    clear();
    bar = document.createElement("div");
    bar.className = more ? "notice bad unsent" : "notice unsent";
    bar.setAttribute("role", more ? "alert" : "status");
    bar.append(words);
    (more || []).forEach(function (one) { bar.append("　", one); });
    document.body.append(bar);
  }

  function again(form, button) {
    var retry = document.createElement("button");
    retry.type = "button";
    retry.className = "btn btn-plain btn-sm";
    retry.textContent = "再试一次";
    retry.addEventListener("click", function () { clear(); if (form.isConnected) { form.requestSubmit(button); } });
    return retry;
  }

  function signIn() {
    var link = document.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.textContent = "在新窗口登录";
    return link;
  }

  window.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || null;
    if (!sends(form)) { return; }
    if (form === passing) { passing = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy.has(form)) { return; }
    busy.add(form);
    var hint = setTimeout(function () { tell("正在连接服务……"); }, HINT);
    var name = (button || form.querySelector("button") || form).textContent.trim();
    ask().finally(function () { clearTimeout(hint); clear(); }).then(function (signedIn) {
      if (!signedIn && needsPerson(form)) {
        busy.delete(form);
        tell("登录已过期，没有送出。填写的内容都还在本页，请登录后回来再点“" + name + "”。", [signIn(), again(form, button)]);
        return;
      }
      passing = form;
      form.requestSubmit(button);
      passing = null;
      setTimeout(function () { busy.delete(form); }, PRESSED);
    }, function () {
      busy.delete(form);
      tell("连不上服务，没有送出。填写的内容都还在本页，请不要关闭或刷新；连上后再点“" + name + "”。", [again(form, button)]);
    });
  }, true);
  window.addEventListener("pageshow", function () { busy.clear(); });
})();
