// How to allow camera and microphone, in the words and with the drawing of the browser in use. Pure.

const HELP = {
  chrome: {
    picture: "/static/help/chrome.svg",
    alt: "Beside the address, an icon with two sliders. Under it, Camera and Microphone switched on.",
    steps: [
      "Tap the icon with two sliders, left of the address.",
      "Turn on Camera and Microphone, under Permissions.",
      "Come back here and press Try again.",
    ],
  },
  safari: {
    picture: "/static/help/safari.svg",
    alt: "Beside the address, an icon of a page. Under it, Camera and Microphone set to Allow.",
    steps: [
      "Tap the icon beside the address (a small page, or AA).",
      "Choose Website Settings, and set Camera and Microphone to Allow.",
      "Come back here and press Try again.",
    ],
  },
  firefox: {
    picture: "/static/help/firefox.svg",
    alt: "Beside the address, a crossed-out camera. Under it, Blocked with a cross to clear it.",
    steps: [
      "Press the crossed-out camera or the lock, beside the address.",
      "Press the cross beside “Blocked”, for camera and microphone.",
      "Press Try again here, and choose Allow.",
    ],
  },
  ios: {
    picture: "/static/help/ios.svg",
    alt: "The phone's Settings for this browser, with Camera and Microphone switched on.",
    steps: [
      "Open the Settings app of your phone, and find this browser in the list.",
      "Turn on Camera and Microphone.",
      "Come back here and press Try again.",
    ],
  },
};

/** Which help fits the browser: "chrome", "safari", "firefox" or "ios" (another browser on an iPhone or iPad). */
export function browserOf(userAgent) {
  if (/CriOS|FxiOS|EdgiOS/.test(userAgent)) return "ios";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrome\/|Chromium\//.test(userAgent)) return "chrome"; // Edge, Samsung Internet and Opera look the same here
  return /Safari\//.test(userAgent) ? "safari" : "chrome";
}

/** {picture, alt, steps} for allowing the devices in this browser. */
export function helpFor(userAgent) {
  return HELP[browserOf(userAgent)];
}
