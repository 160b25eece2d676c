/** What sort of trouble an answer is; the server's own words, and "offline" for none at all. */
export type ErrorCode =
  | "invalid"
  | "not_found"
  | "conflict"
  | "forbidden"
  | "unknown"
  | "over_limit"
  | "too_many"
  | "second_factor"
  | "second_factor_required"
  | "reauthenticate"
  | "unavailable"
  | "internal"
  | "offline";

/** An answer that is not what was asked for (RFC 9457), or no answer. `message` is for people. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Field name → what is wrong with it, for a form. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, status: number, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

const codes: Record<number, ErrorCode> = {
  400: "invalid",
  401: "unknown",
  402: "over_limit",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  422: "invalid",
  429: "too_many",
  503: "unavailable",
};

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { location?: string; message?: string }[];
}

async function problem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const p: Problem = typeof body === "object" && body !== null ? body : {};
  const fields: Record<string, string> = {};
  for (const e of p.errors ?? []) {
    const name = e.location?.split(".").at(-1);
    if (name && e.message) fields[name] ??= e.message;
  }
  const code = (p.code as ErrorCode | undefined) ?? codes[response.status] ?? "internal";
  const message = p.detail || p.title || "Something went wrong on our side. Try again in a moment.";
  return new ApiError(code, response.status, message, fields);
}

let signedOut: () => void = () => {};

/** Says what to do when the server no longer knows who is asking. Set once, by main. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

interface Options {
  signal?: AbortSignal;
  /** A 401 is an answer here, not the end of the session. */
  anonymous?: boolean;
}

/** Asks the API and gives the answer's body, or throws an ApiError. */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  options: Options = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      signal: options.signal,
      headers: body === undefined ? undefined : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(
      "offline",
      0,
      "No connection to Projectr. Nothing was lost; try again when you are back online.",
    );
  }
  if (!response.ok) {
    const error = await problem(response);
    if (error.code === "unknown" && !options.anonymous) signedOut();
    throw error;
  }
  // Done, or taken in to be done later: neither says more.
  if (response.status === 204 || response.status === 202) return undefined as T;
  return (await response.json()) as T;
}

/** A query string from what is set; empty values are left out. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "" && value !== false)
      search.set(name, String(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}

/** A path of encoded parts: path("orgs", org, "emails", id). */
export function path(...parts: string[]): string {
  return parts.map(encodeURIComponent).join("/");
}

/** What to tell people of any error. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong in this page. Reload it to go on.";
}
