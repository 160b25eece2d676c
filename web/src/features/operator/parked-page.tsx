import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { parkedQuery } from "../../api/queries/operator";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { formatBytes } from "../../lib/money";
import { cellClasses, numberClasses, rowClasses, TablePage } from "./table";

const columns = [
  { label: "Organisation" },
  { label: "Received" },
  { label: "Size", number: true },
  { label: "Mail", wide: true },
];

/** Mails that could not be read: whose and when. */
export function ParkedPage() {
  const parked = useQuery(parkedQuery);
  const today = dayOf(useNow());
  return (
    <TablePage
      title="Parked mail"
      note="Mails that could not be read after all tries, the newest of each organisation. Their bytes are kept."
      what="Parked mail"
      empty="No mail is parked."
      query={parked}
      columns={columns}
      row={(mail) => (
        <tr key={mail.email_id} className={rowClasses}>
          <td className={cellClasses}>
            <Link
              to="/operator/organisations/$id"
              params={{ id: mail.organisation_id }}
              className="font-medium hover:underline"
            >
              {mail.organisation}
            </Link>
          </td>
          <td className={`${cellClasses} tabular-nums`}>{formatDate(dayOf(mail.received_at), today)}</td>
          <td className={numberClasses}>{formatBytes(mail.size)}</td>
          <td className={`${cellClasses} font-mono text-muted-foreground text-xs max-lg:hidden`}>
            {mail.email_id}
          </td>
        </tr>
      )}
    />
  );
}
