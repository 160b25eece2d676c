import { useSyncExternalStore } from "react";

/** A value that components can watch; for what lives outside React. */
export interface Observable<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

const starts = new Set<() => void>();

/** Sets every observable back to its first value, as loading the page anew does: for tests that share a page. */
export function startOver(): void {
  for (const start of starts) start();
}

/** Makes an observable with its first value. It lives as long as the page. */
export function observable<T>(first: T): Observable<T> {
  let value = first;
  const listeners = new Set<() => void>();
  starts.add(() => {
    value = first;
  });
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The observable's value, kept up to date. */
export function useObservable<T>(source: Observable<T>): T {
  return useSyncExternalStore(source.subscribe, source.get, source.get);
}
