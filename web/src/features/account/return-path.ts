/** The value if it is a path of this app, so that a link to sign-in cannot lead elsewhere. */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.startsWith("/") || /^\/[/\\]/.test(value)) return undefined;
  const url = new URL(value, location.origin);
  if (url.origin !== location.origin || url.pathname.startsWith("/sign-in")) return undefined;
  return url.pathname + url.search + url.hash;
}
