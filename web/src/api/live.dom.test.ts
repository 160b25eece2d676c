import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { createElement, type PropsWithChildren } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useLive, useNewMail, useStream } from "./live";
import type { Change } from "./types";

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 1;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.all.push(this);
  }
  close() {
    this.readyState = 2;
  }
  tell(change: Change) {
    act(() => void this.dispatchEvent(new MessageEvent("change", { data: JSON.stringify(change) })));
  }
  fail(state: number) {
    this.readyState = state;
    act(() => void this.dispatchEvent(new Event("error")));
  }
}

let client: QueryClient;
const answer = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.all = [];
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("fetch", answer);
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answer.mockReset();
});

const wrapper = ({ children }: PropsWithChildren) => createElement(QueryClientProvider, { client }, children);

function live() {
  const hook = renderHook(
    () => {
      useLive("acme");
      return { all: useNewMail("acme", 0), one: useNewMail("acme", 0, "p1"), stream: useStream() };
    },
    { wrapper },
  );
  const [source] = FakeSource.all;
  if (!source) throw new Error("no stream was opened");
  return { hook, source };
}

it("asks again for what changed, once for a burst, but not for what is being read", async () => {
  const { source } = live();
  expect(source.url).toBe("/api/v1/orgs/acme/events/stream");
  client.setQueryData(["org", "acme", "summary"], {});
  client.setQueryData(["org", "other", "summary"], {});
  await client.prefetchQuery({
    queryKey: ["org", "acme", "events"],
    queryFn: () => [],
    meta: { live: "hold" },
  });
  const invalidate = vi.spyOn(client, "invalidateQueries");
  source.tell({ kind: "mail_filed", email_id: "e1", project_id: "p1" });
  source.tell({ kind: "fact_extracted", email_id: "e1", project_id: "p1", fact_id: "f1" });
  vi.advanceTimersByTime(1000);
  expect(invalidate).toHaveBeenCalledOnce();
  const stale = (...key: string[]) => client.getQueryState(key)?.isInvalidated;
  expect(stale("org", "acme", "summary")).toBe(true);
  expect(stale("org", "acme", "events")).toBe(false);
  expect(stale("org", "other", "summary")).toBe(false);
});

it("counts arriving mails once each, by project, and nothing else", () => {
  const { hook, source } = live();
  source.tell({ kind: "mail_filed", email_id: "e1", project_id: "p1" });
  source.tell({ kind: "mail_filed", email_id: "e1", project_id: "p1" });
  source.tell({ kind: "mail_in_review", email_id: "e2" });
  source.tell({ kind: "fact_confirmed", email_id: "e3", project_id: "p1", fact_id: "f" });
  source.tell({ kind: "mail_quarantined", email_id: "e4" });
  source.tell({ kind: "mail_automatic", email_id: "e5" });
  expect(hook.result.current.all.count).toBe(2);
  expect(hook.result.current.one.count).toBe(1);
  // An invitation stands on its job.
  source.tell({ kind: "mail_automatic", email_id: "e6", project_id: "p1" });
  expect(hook.result.current.one.count).toBe(2);
});

it("opens the stream again after the server refused it", async () => {
  const { hook, source } = live();
  answer.mockResolvedValueOnce(Response.json({ code: "unavailable", detail: "Starting." }, { status: 503 }));
  answer.mockResolvedValueOnce(Response.json({ user: {}, organisations: [] }));
  source.fail(FakeSource.CLOSED);
  expect(hook.result.current.stream.up).toBe(false);
  await act(() => vi.advanceTimersByTimeAsync(2000));
  expect(FakeSource.all).toHaveLength(1);
  await act(() => vi.advanceTimersByTimeAsync(4000));
  expect(FakeSource.all).toHaveLength(2);
  act(() => void FakeSource.all[1]?.dispatchEvent(new Event("open")));
  expect(hook.result.current.stream.up).toBe(true);
});

it("leaves a broken network to the browser, and an ended session to the sign-in page", async () => {
  const { source } = live();
  source.fail(0);
  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect(answer).not.toHaveBeenCalled();
  answer.mockResolvedValue(Response.json({ code: "unknown", detail: "Sign in." }, { status: 401 }));
  source.fail(FakeSource.CLOSED);
  await act(() => vi.advanceTimersByTimeAsync(120_000));
  expect(answer).toHaveBeenCalledOnce();
  expect(FakeSource.all).toHaveLength(1);
});

it("stops with the page", () => {
  const { hook, source } = live();
  hook.unmount();
  expect(source.readyState).toBe(2);
});
