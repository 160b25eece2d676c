/** Search over everything, and commands. */
export default function Palette(_: { org: string; onClose(): void }) {
  return null;
}
