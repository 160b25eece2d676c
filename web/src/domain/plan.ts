const names: Record<string, string> = {
  starter: "Starter",
  professional: "Professional",
  enterprise: "Enterprise",
  self_hosted: "Self-hosted",
};

/** What a plan is called; one the app does not know keeps its own name. */
export function planName(name: string): string {
  return names[name] ?? name;
}
