// "/" puts the cursor into the search; everything else works without scripts.
document.addEventListener("keydown", function (event) {
  var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  var find = document.getElementById("find");
  if (event.key === "/" && !typing && find) { event.preventDefault(); find.focus(); }
});
// What is folded on the screen stands open on paper.
window.addEventListener("beforeprint", function () {
  document.querySelectorAll("details.changes").forEach(function (part) { part.open = true; });
});

// A form that takes long shows how far it is; without scripts the browser's own sign of waiting stands for it.
document.querySelectorAll("form[data-progress]").forEach(function (form) {
  form.addEventListener("submit", function () {
    var told = form.querySelector("[role=status]");
    told.hidden = false;
    form.querySelectorAll("button").forEach(function (button) { button.disabled = true; });
    window.setInterval(function () {
      fetch(form.dataset.progress).then(function (answer) { return answer.json(); }).then(function (rows) {
        if (!rows.total) { return; }
        told.querySelector("progress").max = rows.total;
        told.querySelector("progress").value = rows.done;
        told.querySelector("span").textContent = "已写入 " + rows.done + " / " + rows.total + " 行，请勿关闭页面";
      }).catch(function () {});
    }, 700);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.reload(); }  // came back to a form that was sent
  });
});

// A job's page follows it and opens anew when it is over.
document.querySelectorAll("[data-job]").forEach(function (told) {
  var follow = window.setInterval(function () {
    fetch(told.dataset.job).then(function (answer) { return answer.json(); }).then(function (job) {
      if (job.state !== "queued" && job.state !== "running") { window.clearInterval(follow); window.location.reload(); return; }
      if (!job.total) { return; }
      told.querySelector("progress").max = job.total;
      told.querySelector("progress").value = job.done;
      told.querySelector("span").textContent = job.done + " / " + job.total;
    }).catch(function () {});
  }, 1000);
});
