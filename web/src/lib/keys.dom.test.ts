import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Binding, keyCaps, setKeysEnabled, startKeys, useBindings, useKeys } from "./keys";

let stop: () => void;
beforeEach(() => {
  stop = startKeys();
});
afterEach(() => {
  stop();
  setKeysEnabled(true);
  document.body.replaceChildren();
  vi.useRealTimers();
});

function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

const bind = (keys: string, run: Binding["run"], more: Partial<Binding> = {}): Binding => ({
  keys,
  label: keys,
  group: "Test",
  run,
  ...more,
});

function field(tag: string, attributes: Record<string, string> = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

it("runs a single key and keeps the browser from using it too", () => {
  const run = vi.fn();
  renderHook(() => useKeys([bind("j", run)]));
  expect(press("j").defaultPrevented).toBe(true);
  expect(run).toHaveBeenCalledOnce();
  expect(press("x").defaultPrevented).toBe(false);
});

it("runs a sequence only when the second key follows soon", () => {
  vi.useFakeTimers();
  const run = vi.fn();
  renderHook(() => useKeys([bind("g p", run)]));
  press("g");
  press("p");
  expect(run).toHaveBeenCalledTimes(1);
  press("p");
  press("g");
  vi.advanceTimersByTime(1500);
  press("p");
  expect(run).toHaveBeenCalledTimes(1);
});

it.each([
  ["input", {}],
  ["input", { type: "search" }],
  ["textarea", {}],
  ["select", {}],
])("never fires while typing in a %s", (tag, attributes) => {
  const run = vi.fn();
  const palette = vi.fn();
  renderHook(() => useKeys([bind("j", run), bind("mod+k", palette)]));
  const target = field(tag, attributes);
  press("j", {}, target);
  press("k", { ctrlKey: true }, target);
  expect(run).not.toHaveBeenCalled();
  expect(palette).toHaveBeenCalledOnce();
});

it("can be switched off, Ctrl K excepted", () => {
  const run = vi.fn();
  const palette = vi.fn();
  renderHook(() => useKeys([bind("j", run), bind("mod+k", palette)]));
  setKeysEnabled(false);
  press("j");
  press("k", { metaKey: true });
  expect(run).not.toHaveBeenCalled();
  expect(palette).toHaveBeenCalledOnce();
});

it("leaves keys to an open dialog, except those made for it", () => {
  const run = vi.fn();
  const over = vi.fn();
  renderHook(() => useKeys([bind("j", run), bind("k", over, { overDialog: true })]));
  field("div", { role: "dialog" });
  press("j");
  press("k");
  expect(run).not.toHaveBeenCalled();
  expect(over).toHaveBeenCalledOnce();
});

it("asks the page before the frame, whichever was shown first", () => {
  const asked: string[] = [];
  renderHook(() => useKeys([bind("/", () => asked.push("page"))]));
  renderHook(() => useKeys([bind("/", () => asked.push("frame"))], "frame"));
  press("/");
  expect(asked).toEqual(["page"]);
});

it("asks on when a binding does not apply", () => {
  const frame = vi.fn();
  renderHook(() => useKeys([bind("z", () => false)]));
  renderHook(() => useKeys([bind("z", frame)], "frame"));
  press("z");
  expect(frame).toHaveBeenCalledOnce();
});

it("leaves Enter to the button or link that has the focus", () => {
  const run = vi.fn();
  renderHook(() => useKeys([bind("Enter", run)]));
  press("Enter", {}, field("button"));
  press("Enter", {}, field("a", { href: "/" }));
  expect(run).not.toHaveBeenCalled();
  press("Enter");
  expect(run).toHaveBeenCalledOnce();
});

it("lists what works now, and forgets it with the component", () => {
  const shown = renderHook(() => useKeys([bind("j", () => {})]));
  const list = renderHook(() => useBindings());
  expect(list.result.current.map((b) => b.keys)).toEqual(["j"]);
  shown.unmount();
  list.rerender();
  expect(list.result.current).toEqual([]);
});

it("names keys as they stand on the board", () => {
  expect(keyCaps("g p")).toEqual(["G", "P"]);
  expect(keyCaps("mod+k")).toEqual(["Ctrl K"]);
  expect(keyCaps("ArrowDown")).toEqual(["↓"]);
});
