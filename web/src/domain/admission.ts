import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { messageOf } from "../api/client";
import { releaseEmail } from "../api/queries/emails";
import { orgKey } from "../api/queries/orgs";
import { dropSender, saveSender, sendersQuery } from "../api/queries/senders";
import type { Email, SenderRule } from "../api/types";
import { toast } from "../ui/toast";
import { whereNow } from "./automatic";
import { patternWords } from "./senders";

/** What an admin says of senders and of single mails that wait. Each tells what it did, and gives whether it did. */
export interface Admission {
  /** `mails` is how many wait that this lets in. */
  allow(pattern: string, mails: number): Promise<boolean>;
  block(pattern: string): Promise<boolean>;
  letIn(mail: Email): Promise<boolean>;
}

/** The answers to mail in quarantine. A rule can be taken back; mail that it let in stays. */
export function useAdmission(org: string): Admission {
  const client = useQueryClient();
  return useMemo(() => makeAdmission(org, client), [org, client]);
}

function makeAdmission(org: string, client: QueryClient): Admission {
  const save = saveSender(org, client).mutationFn as (r: {
    pattern: string;
    allow: boolean;
  }) => Promise<SenderRule>;
  const drop = dropSender(org, client).mutationFn as (id: string) => Promise<void>;
  const release = releaseEmail(org, client).mutationFn as (id: string) => Promise<Email>;
  const renew = () => client.invalidateQueries({ queryKey: orgKey(org) });

  async function rule(pattern: string, allow: boolean, done: (rule: SenderRule) => string): Promise<boolean> {
    try {
      const { items } = await client.fetchQuery({ ...sendersQuery(org), staleTime: 0 });
      const saved = await save({ pattern, allow });
      const before = items.find((r) => r.pattern === saved.pattern);
      const undo = async () => {
        try {
          if (before) await save({ pattern: before.pattern, allow: before.allow });
          else await drop(saved.id);
          toast(allow ? "Not allowed any more. Mail that was let in stays." : "Not blocked any more.");
        } catch (error) {
          toast(messageOf(error));
        }
        renew();
      };
      toast(done(saved), { undo });
      return true;
    } catch (error) {
      toast(messageOf(error));
      return false;
    } finally {
      renew();
    }
  }

  return {
    allow: (pattern, mails) =>
      rule(pattern, true, (r) =>
        [`${patternWords(r.pattern)} may send now.`, mails > 1 ? `${mails} mails are let in.` : ""]
          .filter(Boolean)
          .join(" "),
      ),
    block: (pattern) => rule(pattern, false, (r) => `${patternWords(r.pattern)} is blocked.`),
    async letIn(mail) {
      try {
        toast(`Let in. ${whereNow(await release(mail.id))}`.trim());
        return true;
      } catch (error) {
        toast(messageOf(error));
        return false;
      } finally {
        renew();
      }
    },
  };
}
