import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { booksQuery } from "../../api/queries/operator";
import { planName } from "../../domain/plan";
import { formatCount } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { costOf, marginOf, stateOf } from "./books";
import { cellClasses, numberClasses, rowClasses, TablePage } from "./table";

const columns = [
  { label: "Organisation" },
  { label: "Mail-in address", wide: true },
  { label: "Plan", wide: true },
  { label: "Mails this month", number: true },
  { label: "Cost", number: true },
  { label: "Margin", number: true },
  { label: "Held", number: true, wide: true },
  { label: "Parked", number: true },
  { label: "State" },
];

/** Every organisation of the installation by its numbers; none of its mail. */
export function OrganisationsPage() {
  const books = useQuery(booksQuery);
  return (
    <TablePage
      title="Organisations"
      note="Numbers of this month so far. To see mail you enter, with a reason that the admins see."
      what="The organisations"
      empty="No organisation yet."
      query={books}
      columns={columns}
      row={(o) => {
        const state = stateOf(o);
        return (
          <tr key={o.id} className={rowClasses}>
            <td className={cellClasses}>
              <Link
                to="/operator/organisations/$id"
                params={{ id: o.id }}
                className="font-medium hover:underline"
              >
                {o.name}
              </Link>
            </td>
            <td className={`${cellClasses} font-mono text-muted-foreground text-xs max-lg:hidden`}>
              {o.mail_in}
            </td>
            <td className={`${cellClasses} max-lg:hidden`}>{planName(o.plan)}</td>
            <td className={numberClasses}>{formatCount(o.month.emails)}</td>
            <td className={numberClasses}>{costOf(o.month)}</td>
            <td className={numberClasses}>{marginOf(o.month)}</td>
            <td className={`${numberClasses} max-lg:hidden`}>{formatCount(o.counts.held)}</td>
            <td className={numberClasses}>{formatCount(o.counts.parked)}</td>
            <td className={cellClasses}>
              <Badge tone={state.tone}>{state.label}</Badge>
            </td>
          </tr>
        );
      }}
    />
  );
}
