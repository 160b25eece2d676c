import { toast } from "./toast";

/** Puts a text on the clipboard and says so, or what to do where the browser does not let us. */
export async function copyText(text: string, done: string, failed: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(failed);
  }
}
