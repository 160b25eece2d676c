import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/**
 * The secret of the mailed link that was opened; empty without one. It stands behind #,
 * which no server sees, and is taken out of the address at once, so that neither the
 * history nor a copied address keeps it.
 */
export function useSecret(): string {
  const router = useRouter();
  const { hash, pathname } = useLocation({ select: ({ hash, pathname }) => ({ hash, pathname }) });
  const [secret, setSecret] = useState(hash);
  if (hash && hash !== secret) setSecret(hash);
  useEffect(() => {
    if (hash) router.navigate({ href: pathname, replace: true });
  }, [hash, pathname, router]);
  return secret;
}
