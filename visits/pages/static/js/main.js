// Builds the page from its parts; the only file that knows them all.

import { Awake } from "./awake.js";
import { Devices } from "./devices.js";
import { Memory } from "./memory.js";
import { Screen } from "./screen.js";
import { Line } from "./socket.js";
import { CallStep } from "./steps/call.js";
import { CheckStep } from "./steps/check.js";
import { GoodbyeStep } from "./steps/goodbye.js";
import { RefusedStep } from "./steps/refused.js";
import { RulesStep } from "./steps/rules.js";
import { WaitingStep } from "./steps/waiting.js";
import { ServiceClock } from "./time.js";
import { Visit } from "./visit.js";

const path = location.pathname.replace(/\/$/, "");
const page = crypto.randomUUID?.() ?? String(Math.random()).slice(2).padEnd(8, "0"); // an insecure page has no randomUUID
const clock = new ServiceClock();
const devices = new Devices(() => visit.mend());
const line = new Line(path, page, {
  message: (message) => visit.hear(message),
  down: () => visit.down(),
  refused: (refusal, isOver) => visit.refused(refusal, isOver),
});

const section = (name) => document.querySelector(`section[data-step="${name}"]`);
const screen = new Screen({
  rules: new RulesStep(section("rules"), { accept: () => visit.accept(), decline: () => visit.decline() }),
  check: new CheckStep(section("check"), { attempt: () => visit.tryDevices(), goOn: () => visit.goOn() }),
  waiting: new WaitingStep(section("waiting")),
  call: new CallStep(section("call"), { leave: () => visit.leave() }),
  goodbye: new GoodbyeStep(section("goodbye")),
  refused: new RefusedStep(section("refused")),
});

const draw = (step, known) => screen.draw(step, known, clock.now());
const visit = new Visit(page, { clock, memory: new Memory(path), devices, awake: new Awake(), line, draw });

navigator.mediaDevices?.addEventListener("devicechange", () => visit.mend());
document.addEventListener("visibilitychange", () => visit.mend());
setInterval(() => visit.tick(), 500);
visit.resume();
line.run();
