// Runs only in browsers too old for modules, so it is written for them: it says so instead of leaving an empty page.
document.querySelector("[data-step=opening] h1").textContent = "This browser is too old for video calls";
document.querySelector("[data-text=opening]").textContent =
  "Update it, or open the link on a newer phone or computer.";
