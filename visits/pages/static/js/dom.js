// The few ways in which steps touch the document; each leaves alone what is already right, so that nothing is read out twice.

/** Put `words` ({name: text}) into the elements with data-text="name" under `root`. */
export function fill(root, words) {
  for (const [name, text] of Object.entries(words)) {
    const element = root.querySelector(`[data-text="${name}"]`);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Show or hide the elements marked `data-part`, `data-key` or `data-fact` with these names: {name: boolean}. */
export function show(root, visible) {
  for (const [name, isVisible] of Object.entries(visible)) {
    root.querySelector(`[data-part="${name}"], [data-key="${name}"], [data-fact="${name}"]`).hidden = !isVisible;
  }
}

/** Call `press` when the button data-key="name" is pressed; returns the button. */
export function key(root, name, press) {
  const button = root.querySelector(`[data-key="${name}"]`);
  button.addEventListener("click", press);
  return button;
}

/** Show the visitor's own picture in `root`, if there is one; an empty stream would keep the page "loading". */
export function showOwn(root, { own, devices }) {
  show(root, { picture: devices.camera });
  play(root.querySelector("[data-self]"), devices.camera ? own : null);
}

/** Let `video` show `stream` (or nothing), without starting again when it already does. */
export function play(video, stream) {
  if (video.srcObject !== stream) video.srcObject = stream;
}
