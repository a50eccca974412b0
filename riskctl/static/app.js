// "/" puts the cursor into the search; everything else works without scripts.
document.addEventListener("keydown", function (event) {
  var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  var find = document.getElementById("find");
  if (event.key === "/" && !typing && find) { event.preventDefault(); find.focus(); }
});
