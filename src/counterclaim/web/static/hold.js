// Holding to reveal: no byte of the picture is asked for before a person has held the button for a moment.
(function () {
  "use strict";
  const HOLD_MS = 600; // longer than a click or a stray touch
  const FORGET_MS = 60000; // as record/vocab/viewing_safety.json: shield_again_after_seconds
  const WIDTH_MAX = 720; // a small window first

  function arm(plate) {
    const button = plate.querySelector(".hold");
    const canvas = plate.querySelector("canvas");
    const told = document.querySelector("[data-told]");
    const colour = document.querySelector("[data-colour]");
    let held = false, begun = 0, bitmap = null, forget = 0;

    function say(words) { told.textContent = words; }
    function shield() {
      held = false;
      window.clearTimeout(begun);
      canvas.width = canvas.height = 0;
      canvas.hidden = true;
      plate.classList.remove("held");
    }
    function drop() {
      shield();
      if (bitmap) { bitmap.close(); }
      bitmap = null;
    }
    function draw() {
      if (!held || !bitmap) { return; }
      const scale = Math.min(1, WIDTH_MAX / bitmap.width);
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
      plate.classList.add("held");
    }
    async function reveal() {
      if (bitmap) { draw(); return; }
      const answer = await fetch(plate.dataset.reveal, {
        method: "POST", headers: { "X-CSRFToken": plate.dataset.csrf }, credentials: "same-origin", cache: "no-store",
      });
      if (!answer.ok) { say("Nothing was shown: the workbench answered " + answer.status + ". Load the page again to see why."); return; }
      const entry = answer.headers.get("Counterclaim-Entry");
      try {
        bitmap = await window.createImageBitmap(await answer.blob());
      } catch (error) {
        say("This browser cannot decode the picture. The viewing stands in the log as entry " + entry + ".");
        return;
      }
      forget = window.setTimeout(drop, FORGET_MS);
      say("Entered in the log as entry " + entry + ". Hold to see it again within a minute; after that, a new reveal is a new entry.");
      draw();
    }
    function press() {
      if (held) { return; }
      held = true;
      begun = window.setTimeout(function () {
        reveal().catch(function () { say("Nothing was shown: the workbench did not answer. Is it still running?"); });
      }, HOLD_MS);
    }
    button.addEventListener("pointerdown", function (event) { button.setPointerCapture(event.pointerId); press(); });
    ["pointerup", "pointercancel", "blur", "lostpointercapture"].forEach(function (name) { button.addEventListener(name, shield); });
    button.addEventListener("keydown", function (event) {
      if (event.key === " " || event.key === "Enter") { event.preventDefault(); press(); }
    });
    button.addEventListener("keyup", shield);
    button.addEventListener("contextmenu", function (event) { event.preventDefault(); });
    colour.addEventListener("change", function () { plate.classList.toggle("colour", colour.checked); });
    window.addEventListener("pagehide", function () { window.clearTimeout(forget); drop(); });
  }

  document.querySelectorAll("[data-reveal]").forEach(arm);
})();
