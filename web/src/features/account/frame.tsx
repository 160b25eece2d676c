import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { waysQuery } from "../../api/queries/doors";
import { KindBadge } from "../../domain/fact-kind";
import { Avatar } from "../../ui/avatar";
import { BrandMark } from "../../ui/brand";

/** The two halves of the pages before sign-in: the form, and what the product does. */
export function AccountFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh">
      <main className="flex w-full flex-col border-border bg-card px-[88px] py-9 max-lg:items-center max-md:px-5 lg:w-[560px] lg:border-r">
        <div className="flex w-full max-w-[383px] flex-1 flex-col">
          <p className="flex items-center gap-2.5 font-semibold text-lead">
            <BrandMark />
            Projectr
          </p>
          <div className="flex flex-1 flex-col justify-center py-10">
            <div className="md:min-h-[422px]">{children}</div>
          </div>
          <Foot />
        </div>
      </main>
      <aside className="flex flex-1 flex-col items-center justify-center p-8 max-lg:hidden">
        <Example />
      </aside>
    </div>
  );
}

/** Pages that whoever runs the installation keeps elsewhere, where they have some. */
function Foot() {
  const pages = useQuery(waysQuery).data?.pages;
  const links = [
    ["Privacy", pages?.privacy],
    ["Terms", pages?.terms],
    ["Status", pages?.status],
    ["API reference", "/docs"],
  ] as const;
  return (
    <ul
      aria-label="About this Projectr"
      className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-subtle-foreground"
    >
      {links.map(([label, href]) =>
        href ? (
          <li key={label}>
            <a href={href} className="touch-target rounded-[3px] hover:underline">
              {label}
            </a>
          </li>
        ) : null,
      )}
    </ul>
  );
}

/** A made-up mail and the facts in it: the product in one picture. */
function Example() {
  return (
    <figure className="w-full max-w-[600px]" aria-labelledby="example-caption">
      <figcaption id="example-caption" className="mb-[22px] max-w-[380px] font-semibold text-figure">
        Every decision on the job, with the sentence that proves it.
      </figcaption>
      <div className="overflow-hidden rounded-card border bg-card">
        <div className="flex h-[47px] items-center gap-2 border-b px-[17px]">
          <Avatar name="Marcus Teel" size="small" />
          <p className="flex-1 font-medium text-sm">Marcus Teel</p>
          <p className="text-subtle-foreground text-xs">Thu, Nov 19, 9:42 AM</p>
        </div>
        <p className="px-[18px] pt-4 pb-[17px] font-serif text-[1.03125rem] leading-[1.625rem]">
          Following this morning's walk with Lena:{" "}
          <mark className="evidence" data-active="true">
            we are shifting the RTU-3 curb 14 inches north so it clears the beam at C/4.
          </mark>{" "}
          <mark className="evidence">Roof dry-in goes from December 4 to December 9 because of this.</mark>
        </p>
        <ul className="border-t bg-muted px-[18px] py-2">
          <li className="flex h-[30px] items-center gap-2.5">
            <KindBadge kind="decision" named />
            <span className="flex-1 font-medium text-sm">RTU-3 curb shifts 14 in. north</span>
            <span className="text-sm text-subtle-foreground">Lena Farrow</span>
          </li>
          <li className="flex h-[30px] items-center gap-2.5">
            <KindBadge kind="timeline_change" named />
            <span className="flex-1 font-medium text-sm">Roof dry-in Dec 4 → Dec 9</span>
            <span className="text-sm text-subtle-foreground">5 days later</span>
          </li>
        </ul>
      </div>
    </figure>
  );
}
